package main

import (
	"fmt"
	"strings"

	"thbot/bot"
	"thbot/store"
	"thbot/store/fault"
	"thbot/store/statement"
)

// people gives the roster of the configuration, [[contacts]] and [roles], in
// the order in which a new register numbers them.
func (p *program) people(on []platform, catalogue *statement.Catalogue) ([]bot.Entry, error) {
	var all []bot.Entry
	add := func(where, name, agency string, role store.Role) error {
		platform, named, err := p.account(on, where, name)
		if err == nil {
			all = append(all, bot.Entry{Where: where, Platform: platform, Name: named, Role: role, Agency: agency})
		}
		return err
	}
	for i, c := range p.config.Contacts {
		where := fmt.Sprintf("contacts, entry %d", i+1)
		agency, err := catalogue.FindAgency(c.Agency)
		if err != nil {
			return nil, fault.New(fault.Invalid, "The setting %s: %s", where, err)
		}
		if err := add(where, c.User, agency.Slug, store.ContactPoint); err != nil {
			return nil, err
		}
	}
	for i, name := range p.config.Roles.Admins {
		if err := add(fmt.Sprintf("roles.admins, name %d", i+1), name, "", store.Admin); err != nil {
			return nil, err
		}
	}
	for i, name := range p.config.Roles.Coordinators {
		if err := add(fmt.Sprintf("roles.coordinators, name %d", i+1), name, "", store.Coordinator); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// account reads mattermost:jane. Where one chat is configured alone, jane is
// enough.
func (p *program) account(on []platform, where, name string) (platform, named string, err error) {
	platform, user, ok := strings.Cut(strings.TrimSpace(name), ":")
	if !ok && len(on) == 1 {
		platform, user = on[0].name, platform
	}
	platform, user = strings.ToLower(strings.TrimSpace(platform)), strings.TrimPrefix(strings.TrimSpace(user), "@")
	for _, c := range platforms() {
		if c.name == platform && user != "" {
			return platform, platform + ":" + user, nil
		}
	}
	return "", "", fault.New(fault.Invalid, "The setting %s is %q, which names no account of a chat.", where, name).WithTry("mattermost:jane")
}
