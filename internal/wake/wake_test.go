package wake

import "testing"

func woken(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

func TestGroup(t *testing.T) {
	var g Group[string]
	wake := func(keys ...string) {
		g.Wake(func(k string) bool {
			for _, key := range keys {
				if k == key {
					return true
				}
			}
			return false
		})
	}
	wake("a") // nobody waits
	first, stopFirst := g.Wait("a")
	second, stopSecond := g.Wait("a")
	other, stopOther := g.Wait("b")
	if woken(first) {
		t.Error("woken by what was before")
	}
	wake("a")
	wake("a")
	if !woken(first) || woken(first) || !woken(second) {
		t.Error("not woken once")
	}
	if woken(other) {
		t.Error("woken for another key")
	}
	stopFirst()
	stopFirst()
	wake("a", "b")
	if woken(first) || !woken(second) || !woken(other) {
		t.Error("who has stopped is woken, or others are not")
	}
	stopSecond()
	stopOther()
	if len(g.waiting) != 0 {
		t.Errorf("%d keys are left", len(g.waiting))
	}
}
