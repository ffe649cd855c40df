package bittorrent_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// rawPeer speaks just enough BitTorrent to hand out an info dictionary: the
// plain handshake, the extension handshake (BEP 10) and ut_metadata (BEP 9).
// An encrypted handshake is not understood; the dialler then tries plainly. It
// returns how many parts of the dictionary were asked for, when a block is asked
// for or the connection ends, with the error of that. It calls last, unless that is
// nil, when it has handed out the last part.
func rawPeer(conn net.Conn, info []byte, last func()) (chunks int, end error) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	var hello [68]byte
	if _, err := io.ReadFull(conn, hello[:]); err != nil {
		return chunks, err
	}
	if hello[0] != 19 {
		return chunks, errEncrypted
	}
	if _, err := conn.Write(rawHello(sha1.Sum(info))); err != nil {
		return chunks, err
	}
	sendExtended(conn, 0, fmt.Sprintf("d1:md11:ut_metadatai1ee13:metadata_sizei%dee", len(info)), nil)
	their := byte(0) // the number they gave ut_metadata
	for {
		msg, err := readMessage(conn)
		if err != nil {
			return chunks, err
		}
		if len(msg) > 0 && msg[0] == 6 {
			return chunks, nil
		}
		if len(msg) < 2 || msg[0] != 20 {
			continue
		}
		body := msg[2:]
		switch {
		case msg[1] == 0:
			if i := bytes.Index(body, []byte("11:ut_metadatai")); i >= 0 {
				_, _ = fmt.Sscanf(string(body[i+15:]), "%de", &their)
			}
		case bytes.Contains(body, []byte("8:msg_typei0e")):
			chunks++
			var piece int
			if i := bytes.Index(body, []byte("5:piecei")); i >= 0 {
				_, _ = fmt.Sscanf(string(body[i+8:]), "%de", &piece)
			}
			part := info[min(piece<<14, len(info)):min((piece+1)<<14, len(info))]
			sendExtended(conn, their,
				fmt.Sprintf("d8:msg_typei1e5:piecei%de10:total_sizei%dee", piece, len(info)), part)
			if last != nil && (piece+1)<<14 >= len(info) {
				last()
			}
		}
	}
}

var errEncrypted = errors.New("an encrypted handshake")

// rawHello is the plain handshake of a peer that has the extension protocol.
func rawHello(hash [20]byte) []byte {
	b := append([]byte("\x13BitTorrent protocol"), 0, 0, 0, 0, 0, 0x10, 0, 0)
	return append(append(b, hash[:]...), "-XX0000-abcdefghijkl"...)
}

func sendExtended(w io.Writer, id byte, dict string, data []byte) {
	b := binary.BigEndian.AppendUint32(nil, uint32(2+len(dict)+len(data)))
	b = append(b, 20, id)
	b = append(b, dict...)
	b = append(b, data...)
	_, _ = w.Write(b)
}

func readMessage(r io.Reader) ([]byte, error) {
	var n [4]byte
	if _, err := io.ReadFull(r, n[:]); err != nil {
		return nil, err
	}
	if l := binary.BigEndian.Uint32(n[:]); l > 1<<20 {
		return nil, io.ErrUnexpectedEOF
	}
	msg := make([]byte, binary.BigEndian.Uint32(n[:]))
	_, err := io.ReadFull(r, msg)
	return msg, err
}
