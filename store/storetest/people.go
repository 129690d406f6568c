package storetest

import (
	"errors"
	"testing"

	"thbot/store"
	"thbot/store/fault"
)

func account(user string) store.AccountID {
	return store.AccountID{Platform: "slack", Workspace: "T1", User: user}
}

func (r *register) add(users ...string) int64 {
	r.t.Helper()
	return r.do("P9", "contact", func(c *store.Change) error {
		p := &store.Person{Role: store.ContactPoint, Agency: "fra"}
		for _, u := range users {
			p.Accounts = append(p.Accounts, store.Account{AccountID: account(u)})
		}
		return c.AddPerson(p)
	})
}

func (r *register) person(id int, f func(*store.Person)) (int64, error) {
	return r.try("P9", "contact", func(c *store.Change) error {
		p, err := c.Person(id)
		if err != nil {
			return err
		}
		p = p.Clone()
		f(p)
		return c.PutPerson(p)
	})
}

func (r *register) remove(id int) int64 {
	r.t.Helper()
	group, err := r.person(id, func(p *store.Person) { p.RemovedAt = r.now })
	if err != nil {
		r.t.Fatal(err)
	}
	return group
}

// who gives the id of the person who has the account, or 0.
func (r *register) who(user string) (id int) {
	r.t.Helper()
	r.view(func(v *store.View) error {
		p, err := v.PersonOf(account(user))
		if p != nil {
			id = p.ID
		}
		return err
	})
	return id
}

func (r *register) wantWho(user string, id int) {
	r.t.Helper()
	if got := r.who(user); got != id {
		r.t.Errorf("%s is P%d, not P%d", user, got, id)
	}
}

func testRoster(t *testing.T, d store.Driver) {
	r := begin(t, d)
	r.add("U1", "U2")
	r.wantWho("U2", 1)
	r.wantWho("U", 0)
	if _, err := r.try("P9", "contact", func(c *store.Change) error {
		return c.AddPerson(&store.Person{Role: store.Deputy, Agency: "eige", Accounts: []store.Account{{AccountID: account("U2")}}})
	}); !fault.Is(err, fault.Conflict) {
		t.Errorf("an account of two people: %v", err)
	}
	if _, err := r.person(1, func(p *store.Person) { p.Accounts[1].Unlinked = true }); err != nil {
		t.Fatal(err)
	}
	r.wantWho("U2", 0)
	r.view(func(v *store.View) error {
		p, err := v.Claimant(account("U2"))
		if p == nil || p.ID != 1 {
			t.Error("an account that waits for its yes has no claimant")
		}
		return err
	})
	r.deliver(func(d *store.Delivery) error {
		p, err := d.Person(1)
		return errors.Join(err, d.Hear(p, account("U1")))
	})
	r.remove(1)
	r.wantWho("U1", 0)
	r.add("U1")
	r.wantWho("U1", 2)
	if _, err := r.person(1, func(p *store.Person) { p.DigestDM = true }); err != nil { // a removed person changes
		t.Fatal(err)
	}
	r.wantWho("U1", 2)
	r.view(func(v *store.View) error {
		roster, err := v.Roster()
		if len(roster) != 1 || roster[0].ID != 2 {
			t.Errorf("the roster: %v", roster)
		}
		return err
	})
	r.whole()
}

func testUndoRoster(t *testing.T, d store.Driver) {
	r := begin(t, d)
	added := r.add("U1")
	removed := r.remove(1)
	if err := r.undo("P9", removed); err != nil {
		t.Fatal(err)
	}
	r.wantWho("U1", 1)
	moved, _ := r.person(1, func(p *store.Person) { p.Accounts = []store.Account{{AccountID: account("U3")}} })
	r.wantWho("U1", 0)
	if err := r.undo("P9", moved); err != nil {
		t.Fatal(err)
	}
	r.wantWho("U1", 1)
	r.wantWho("U3", 0)
	if err := r.undo("P9", added); err != nil {
		t.Fatal(err)
	}
	r.wantWho("U1", 0)

	r.add("U5")
	gone := r.remove(2)
	r.add("U5")
	if err := r.undo("P9", gone); !fault.Is(err, fault.Conflict) {
		t.Errorf("undo of a removal whose account is somebody else's by now: %v", err)
	}
	r.wantWho("U5", 3)
	r.whole()
}
