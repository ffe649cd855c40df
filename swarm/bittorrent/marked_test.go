package bittorrent

import (
	"errors"
	"testing"

	"seeder/internal/fault"
	"seeder/message"
	"seeder/swarm/swarmtest"
)

// holdMarks keeps a member from telling the library of pieces that were verified
// until the channel is closed.
func (p *pair) holdMarks(t *testing.T) (release chan struct{}) {
	t.Helper()
	c, err := p.member.community(c1)
	if err != nil {
		t.Fatal(err)
	}
	release = make(chan struct{})
	for _, g := range c.generations() {
		g.view.setMarked(func(int) { <-release })
	}
	return release
}

// TestPiecesLostWhileTheyAreMarked loses pieces that the library is about to take
// for complete: they are fetched again.
func TestPiecesLostWhileTheyAreMarked(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, p *pair){
		"disk that refuses": func(t *testing.T, p *pair) {
			t.Helper()
			stop := follow(t, "download.finish.before:error")
			if err := p.fetch(t, p.member); !errors.Is(err, fault.ErrInjected) {
				t.Errorf("fetch: %v, want the fault", err)
			}
			stop()
		},
		"receiver that discards": func(t *testing.T, p *pair) {
			t.Helper()
			refused := errors.New("refused")
			r := &swarmtest.Receiver{OnArchive: func(id message.ArchiveID) error {
				return errors.Join(refused, p.member.Discard(c1, id))
			}}
			if err := p.member.Fetch(t.Context(), p.ref, r); !errors.Is(err, refused) {
				t.Errorf("fetch: %v, want the receiver's error", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, Options{}, 10)
			if err := p.member.Fetch(t.Context(), p.ref, &swarmtest.Receiver{Want: swarmtest.Only()}); err != nil {
				t.Fatal(err)
			}
			release := p.holdMarks(t)
			lose(t, p)
			close(release)
			if err := p.fetch(t, p.member); err != nil {
				t.Fatalf("fetch what was lost: %v", err)
			}
			swarmtest.CheckFiles(t, p.member.files, c1, p.archives...)
		})
	}
}
