package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"
)

// MaxFileBytes is the largest configuration file that is read. One with every
// setting has about 8,000 bytes.
const MaxFileBytes = 1 << 20

var errNotRegular = errors.New("not a regular file")

// readFile reads the configuration file into v and returns its path, or "".
func readFile(v *viper.Viper, path string) (string, []error) {
	if path == "" {
		path = os.Getenv(EnvFile)
	}
	if path != "" {
		return readGiven(v, path)
	}
	path = DefaultPath()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return readGiven(v, path)
}

// readGiven reads a file that has to exist.
func readGiven(v *viper.Viper, path string) (string, []error) {
	b, err := readSmall(path)
	switch {
	case errors.Is(err, errNotRegular):
		return "", []error{fileError(path, err, "name a file, not a folder, device or pipe")}
	case errors.Is(err, errTooLarge):
		return "", []error{fileError(path, err, "is it the right one? `seeder config print` shows what one looks like")}
	case err != nil:
		return "", []error{fileError(path, err, "name an existing file with --config, or none")}
	}
	v.SetConfigType("yaml")
	if err := v.ReadConfig(bytes.NewReader(b)); err != nil {
		return path, []error{fileError(path, err, "write it as `seeder config print` does")}
	}
	if written := asWritten(b); written != nil {
		_ = v.ReadConfig(bytes.NewReader(written)) // the same file, which was read already
	}
	return path, unknownKeys(v, path)
}

// asWritten returns a file in which numbers are texts: YAML reads 0x10 and 010 as
// sixteen and eight, which nobody means who writes a limit. Nil is for a file
// without content.
func asWritten(b []byte) []byte {
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil || doc.Kind == 0 {
		return nil
	}
	quoteNumbers(&doc)
	out, err := yaml.Marshal(&doc)
	if err != nil {
		return nil
	}
	return out
}

func quoteNumbers(n *yaml.Node) {
	if tag := n.ShortTag(); n.Kind == yaml.ScalarNode && (tag == "!!int" || tag == "!!float") {
		n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		quoteNumbers(child)
	}
}

func fileError(path string, err error, advice string) error {
	return &Error{Source: path, Err: fmt.Errorf("%w: %w", ErrFile, err), Advice: advice}
}

var errTooLarge = fmt.Errorf("larger than %d bytes", MaxFileBytes)

// readSmall reads a regular file within the limit. Anything else is refused
// before it is opened: opening a pipe would wait for a writer. The null device
// is an empty file.
func readSmall(path string) ([]byte, error) {
	if path == os.DevNull {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only
	b, err := io.ReadAll(io.LimitReader(f, MaxFileBytes+1))
	if err == nil && len(b) > MaxFileBytes {
		err = errTooLarge
	}
	return b, err
}
