package commands

import (
	"thbot/commands/calendar"
	"thbot/store/fault"
)

// Check refuses rules that cannot be followed, and names the setting.
func (r Rules) Check() error {
	r = r.withDefaults()
	if _, err := calendar.ParseCron(r.Digest); err != nil {
		return inSetting("digest.schedule", err)
	}
	for _, before := range r.Reminders {
		if _, err := calendar.ParseLead(before); err != nil {
			return inSetting("reminders.before", err)
		}
	}
	if r.Holidays != nil {
		if _, err := calendar.From(r.Holidays); err != nil {
			return inSetting("holidays", err)
		}
	}
	return nil
}

// inSetting says which setting a fault is about.
func inSetting(key string, err error) error {
	f := fault.As(err)
	if f == nil {
		f = fault.New(fault.Invalid, "%s.", err)
	}
	return fault.New(fault.Invalid, "The setting %s: %s", key, f.What)
}
