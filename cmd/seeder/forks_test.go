package main

import (
	"encoding/json"
	"strings"
	"testing"

	"seeder/config"
	"seeder/message"
	"seeder/node"
	"seeder/store"
)

// forkedNode makes a member's folder whose community has two forks.
func forkedNode(t *testing.T) []store.Fork {
	t.Helper()
	isolated(t)
	t.Setenv("SEEDER_DATA_DIR", t.TempDir())
	loaded, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := message.ParseCommunityID("0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
	if err != nil {
		t.Fatal(err)
	}
	forks := []store.Fork{
		{Community: id, InfoHash: store.InfoHash{1}, Clock: 1_706_745_600_000, WinnerInfoHash: store.InfoHash{2},
			WinnerClock: 1_706_745_700_000, FirstDiffering: message.ArchiveID{0xab}, SeenAt: 5},
		{Community: id, InfoHash: store.InfoHash{3}, Clock: 7, WinnerInfoHash: store.InfoHash{2}, WinnerClock: 9, SeenAt: 6},
	}
	err = withStore(t.Context(), loaded.Config, func(db store.DB) error {
		return db.Update(t.Context(), func(tx store.Tx) error {
			if err := tx.PutCommunity(store.Community{ID: id, Role: store.RoleMember, Name: "Forked"}); err != nil {
				return err
			}
			for _, f := range forks {
				if err := tx.PutFork(f); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return forks
}

func TestForksAreShown(t *testing.T) {
	forks := forkedNode(t)
	for _, command := range [][]string{{"status"}, {"community", "show", "Forked"}} {
		out, _ := mustRun(t, exitDone, command...)
		for _, want := range []string{
			forks[0].InfoHash.String() + " of 2024-02-01 00:00:00 UTC lost to " + forks[0].WinnerInfoHash.String(),
			"first archive that differs: " + forks[0].FirstDiffering.String(),
			"first archive that differs: unknown",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%v does not show %q:\n%s", command, want, out)
			}
		}
		out, _ = mustRun(t, exitDone, append(command, "--output=json")...)
		var got struct {
			Forks       []node.Fork `json:"forks"`
			Communities []struct {
				Forks []node.Fork `json:"forks"`
			} `json:"communities"`
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Communities) == 1 {
			got.Forks = got.Communities[0].Forks
		}
		want := node.Fork{
			InfoHash: forks[0].InfoHash.String(), Clock: forks[0].Clock, Winner: forks[0].WinnerInfoHash.String(),
			WinnerClock: forks[0].WinnerClock, FirstDiffering: forks[0].FirstDiffering.String(), SeenAt: 5,
		}
		if len(got.Forks) != 2 || got.Forks[0] != want || got.Forks[1].FirstDiffering != "" {
			t.Errorf("%v as JSON: %+v, want %+v first", command, got.Forks, want)
		}
	}
}
