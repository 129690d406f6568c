package commands

import (
	"encoding/json"
	"fmt"

	"thbot/store"
	"thbot/store/fault"
)

// perPage is how many activities a page of list or search shows.
const perPage = 10

// page is what the buttons of a long list go on with. It is kept for a day.
type page struct {
	Asked string `json:"asked"` // what was typed after the subcommand
	From  int    `json:"from"`  // the first shown, from 0
}

// pageOf gives the page that a button names.
func (k *call) pageOf(p Press) (page, error) {
	var kept string
	err := k.view(func(v *store.View) error {
		var err error
		kept, err = v.Page(p.Record)
		return err
	})
	if err != nil {
		return page{}, err
	}
	if kept == "" {
		return page{}, fault.New(fault.NotFound, "This list is no longer kept.").WithTry("/thb %s", k.sub.Name)
	}
	var to page
	if err := json.Unmarshal([]byte(kept), &to); err != nil {
		return page{}, fmt.Errorf("read page: %w", err)
	}
	return to, nil
}

// pageButtons are the ways to the pages before and after.
func (k *call) pageButtons(now page, total int) ([]Button, error) {
	var buttons []Button
	keep := func(label string, from int) error {
		kept, err := json.Marshal(page{now.Asked, from})
		if err != nil {
			return err
		}
		return k.store.Deliver(k.ctx, func(d *store.Delivery) error {
			id, err := d.KeepPage(k.req.Now, string(kept))
			buttons = append(buttons[:len(buttons):len(buttons)], Button{Label: label, Action: k.sub.Name + ".page", Record: id})
			return err
		})
	}
	if rest := total - now.From - perPage; rest > 0 {
		if err := keep(fmt.Sprintf("Next %d", min(rest, perPage)), now.From+perPage); err != nil {
			return nil, err
		}
	}
	if now.From > 0 {
		if err := keep(fmt.Sprintf("Previous %d", perPage), max(0, now.From-perPage)); err != nil {
			return nil, err
		}
	}
	return buttons, nil
}

// pageWords says which part of a long list is shown, or nothing.
func pageWords(from, shown, total int) Line {
	switch shown {
	case total:
		return nil
	case 1:
		return Say("%d of %d", from+1, total)
	}
	return Say("%d to %d of %d", from+1, from+shown, total)
}
