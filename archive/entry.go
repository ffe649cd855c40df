package archive

import (
	"fmt"
	"slices"

	"seeder/message"
)

// Seal ties an entry to the bytes of its archive. An entry that has one is
// sealed; one without is a plain Status archive.
type Seal struct {
	// SHA256 is of the plain encoded archive, without padding.
	SHA256 [32]byte
	// MessageCount is how many messages the archive holds.
	MessageCount uint64
	// Previous is the archive sealed before this one, in order of offset; zero
	// for the first.
	Previous message.ArchiveID
	// Amends is 0, or n for the n-th amendment of the same span.
	Amends uint32
	// Encoding is how the bytes in the data are encoded, [EncodingPlain].
	Encoding uint32
}

// Entry is what an index says of one archive.
type Entry struct {
	// ID is the keccak256 of the encoded entry without its signature. It is
	// what [Entry.ComputeID] returns; [ParseEntry], [NewEntry] and [Sign] set it.
	ID message.ArchiveID
	// Span is what the archive covers.
	Span message.Span
	// Topics are those of the archive, in the order in which they are encoded.
	Topics []message.Topic
	// Offset, Size and Padding place the archive in the data, in bytes. Size
	// includes Padding.
	Offset, Size, Padding uint64
	// Seal is nil for a plain Status archive.
	Seal *Seal
	// Signature is the community's, see [VerifySeal]; empty without a seal.
	Signature []byte

	// Fields of other versions, which the id covers too: those numbered below
	// the seal and those above the signature.
	unknownLow, unknownHigh []byte
}

// Sealed reports whether the entry has a seal and a signature. Whose
// signature it is, [VerifySeal] says.
func (e *Entry) Sealed() bool { return e.Seal != nil && len(e.Signature) > 0 }

// Raw returns the length of the encoded archive in bytes, without padding.
func (e *Entry) Raw() uint64 { return e.Size - e.Padding }

// End returns the offset behind the archive and its padding.
func (e *Entry) End() uint64 { return e.Offset + e.Size }

// Equal reports whether both entries have the same encoding.
func (e Entry) Equal(other Entry) bool {
	return e.ID == other.ID && slices.Equal(e.Encode(), other.Encode())
}

// NewEntry makes the sealed entry, still without a signature, of an archive
// that was just encoded. Offset is where it begins in the data; previous the
// archive sealed before it (zero for the first); amends 0 or the number of the
// amendment. It returns the errors of [ParseEntry].
func NewEntry(span message.Span, topics []message.Topic, offset uint64, sum Summary,
	previous message.ArchiveID, amends uint32) (Entry, error) {
	size, padding := Place(offset, sum.Raw)
	e := Entry{
		Span: span, Topics: slices.Clone(topics),
		Offset: offset, Size: size, Padding: padding,
		Seal: &Seal{SHA256: sum.SHA256, MessageCount: sum.Messages, Previous: previous, Amends: amends},
	}
	if err := e.check(); err != nil {
		return Entry{}, err
	}
	e.ID = e.ComputeID()
	return e, nil
}

// Place returns the size and the padding, in bytes, of an archive of raw
// encoded bytes at an offset, which is on a piece boundary: the size is the
// next multiple of [PieceLength]. A raw length above one piece that is itself a
// multiple takes one extra whole piece, as Status clients have it; one of
// exactly one piece does not.
func Place(_, raw uint64) (size, padding uint64) {
	size = PieceLength
	if raw > PieceLength {
		size = raw + PieceLength - raw%PieceLength
	}
	return size, size - raw
}

// check applies the rules that an entry must keep by itself.
func (e *Entry) check() error {
	if e.Span.Empty() || e.Span.To > MaxTime {
		return fmt.Errorf("%w: from %d to %d", ErrSpan, e.Span.From, e.Span.To)
	}
	if err := checkTopics(e.Topics); err != nil {
		return err
	}
	if e.Size == 0 || e.Size%PieceLength != 0 {
		return fmt.Errorf("%w: %d bytes, want a multiple of %d above 0", ErrSize, e.Size, PieceLength)
	}
	if e.Offset%PieceLength != 0 {
		return fmt.Errorf("%w: %d is not a multiple of %d", ErrOffset, e.Offset, PieceLength)
	}
	if e.Offset+e.Size < e.Offset {
		return fmt.Errorf("%w: offset %d and size %d", ErrOutside, e.Offset, e.Size)
	}
	// Nothing encodes to no bytes: padding alone is no archive.
	if e.Padding >= e.Size {
		return fmt.Errorf("%w: %d bytes of %d", ErrPadding, e.Padding, e.Size)
	}
	if e.Raw() > MaxArchiveBytes {
		return fmt.Errorf("archive of %d bytes is %w, the limit is %d", e.Raw(), ErrTooLarge, MaxArchiveBytes)
	}
	if size, padding := Place(e.Offset, e.Raw()); size != e.Size {
		return fmt.Errorf("%w: %d bytes are padded by %d, want %d", ErrPadding, e.Raw(), e.Padding, padding)
	}
	return nil
}

func checkTopics(topics []message.Topic) error {
	if len(topics) > MaxTopics {
		return fmt.Errorf("%w: %d topics, the limit is %d", ErrTooMany, len(topics), MaxTopics)
	}
	for _, t := range topics {
		if err := t.Check(); err != nil {
			return err
		}
	}
	return nil
}
