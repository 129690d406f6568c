package standin

import "cmp"

// OpenHome has a person open the App Home on a tab: home or messages.
func (s *Server) OpenHome(user, tab string) *Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	event := object{"type": "app_home_opened", "user": user, "channel": s.direct(user).ID, "tab": cmp.Or(tab, "home"), "event_ts": s.stamp()}
	if v := s.homes[user]; v != nil {
		event["view"] = s.viewObject(v, nil)
	}
	return s.deliver(s.event(user, event))
}

// Write has a person write a message to the app in its direct messages. more is
// put into the event, such as the subtype of an edit.
func (s *Server) Write(user, text string, more map[string]any) *Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	ts := s.stamp()
	event := object{
		"type": "message", "user": user, "channel": s.direct(user).ID, "channel_type": "im", "text": s.encode(text),
		"ts": ts, "event_ts": ts, "team": s.team.ID, "client_msg_id": hexOf(16),
	}
	for name, value := range more {
		event[name] = value
	}
	return s.deliver(s.event(user, event))
}

// event wraps an event as the Events API does.
func (s *Server) event(user string, event object) *Delivery {
	return &Delivery{User: user, kind: "events_api", payload: object{
		"token": VerificationToken, "team_id": s.team.ID, "api_app_id": appID, "type": "event_callback", "event": event,
		"event_id": s.id("Ev"), "event_time": s.now().Unix(), "is_ext_shared_channel": false, "event_context": "4-" + hexOf(8),
		"authorizations": []object{{"enterprise_id": nil, "team_id": s.team.ID, "user_id": s.bot.ID, "is_bot": true, "is_enterprise_install": false}},
	}}
}
