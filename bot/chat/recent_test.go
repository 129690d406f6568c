package chat

import (
	"fmt"
	"testing"
	"time"
)

func TestRecentForgetsTheOldest(t *testing.T) {
	r, now := Remember[int](time.Minute, 3), time.Unix(0, 0)
	for i := range 10 {
		if !r.Put(now, fmt.Sprint(i), i) {
			t.Errorf("%d was known", i)
		}
	}
	if r.Put(now, "9", 9) || len(r.kept) != 3 || len(r.order) != 3 {
		t.Errorf("%d kept, %d in order", len(r.kept), len(r.order))
	}
	if _, ok := r.Get(now.Add(time.Minute), "9"); ok {
		t.Error("remembered for too long")
	}
	if !r.Put(now.Add(time.Minute), "9", 9) {
		t.Error("known for too long")
	}
}

func TestRecentAddsOnce(t *testing.T) {
	r, now := Remember[string](time.Minute, 3), time.Unix(0, 0)
	if has, added := r.Add(now, "k", "first"); !added || has != "first" {
		t.Errorf("%q, %t", has, added)
	}
	if has, added := r.Add(now, "k", "second"); added || has != "first" {
		t.Errorf("%q, %t", has, added)
	}
	r.Forget("k")
	if has, added := r.Add(now, "k", "third"); !added || has != "third" {
		t.Errorf("after forgetting: %q, %t", has, added)
	}
}
