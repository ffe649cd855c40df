package archive

import (
	"fmt"

	"seeder/message"
	"seeder/signer"
)

// signingContext sets the signatures of archives apart from all others that a
// community's key makes.
const signingContext = "seeder archive v1\n"

// Sign computes the id of an entry, which must have a seal, and signs it with
// the key of its community. Without a seal the error wraps [ErrSeal].
func Sign(e *Entry, key *signer.Key) error {
	if e.Seal == nil {
		return fmt.Errorf("%w: there is none to sign", ErrSeal)
	}
	e.ID = e.ComputeID()
	sig, err := key.Sign(signedBytes(key.Community(), e.ID))
	if err != nil {
		return fmt.Errorf("sign archive %s: %w", e.ID, err)
	}
	e.Signature = sig
	return nil
}

// VerifySeal returns nil when the community has signed the entry, or when the
// entry has no seal. The error wraps [ErrForeign] when the signature is another
// key's (or made for another community), [ErrSeal] when it is none, and
// [ErrID] when e.ID is not the entry's hash.
func VerifySeal(c message.CommunityID, e *Entry) error {
	if e.Seal == nil && len(e.Signature) == 0 {
		return nil
	}
	if !e.Sealed() {
		return fmt.Errorf("%w: seal and signature come together", ErrSeal)
	}
	if id := e.ComputeID(); id != e.ID {
		return fmt.Errorf("%w: %s, the entry hashes to %s", ErrID, e.ID, id)
	}
	if err := signer.Verify(c, signedBytes(c, e.ID), e.Signature); err != nil {
		return fmt.Errorf("archive %s: %w %s: %w", e.ID, ErrForeign, c, err)
	}
	return nil
}

func signedBytes(c message.CommunityID, id message.ArchiveID) []byte {
	b := append([]byte(signingContext), c[:]...)
	return append(b, id[:]...)
}

// checkChain demands that each sealed entry, in order of offset, names the one
// sealed before it.
func checkChain(entries []Entry) error {
	var last message.ArchiveID
	for i := range entries {
		e := &entries[i]
		if e.Seal == nil {
			continue
		}
		if e.Seal.Previous != last {
			return fmt.Errorf("%w: archive %s follows %s, it names %s", ErrChain, e.ID, name(last), name(e.Seal.Previous))
		}
		last = e.ID
	}
	return nil
}

func name(id message.ArchiveID) string {
	if id.IsZero() {
		return "none"
	}
	return id.String()
}
