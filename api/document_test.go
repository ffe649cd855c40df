package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"seeder/api"
	"seeder/internal/clock"
)

var update = flag.Bool("update", false, "write openapi.json anew")

//go:generate go test . -run ^TestDocument$ -count=1 -update

// The document that is committed is that of the code. `go generate ./api` writes it.
func TestDocument(t *testing.T) {
	got := describe(t, api.New(api.Options{Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler)}).OpenAPI())
	if *update {
		if err := os.WriteFile("openapi.json", got, 0o600); err != nil {
			t.Fatal(err)
		}
		return // what is served is embedded by the next build
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("openapi.json is not that of the code: go generate ./api")
	}
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	if served := ask(t, address, request{path: "/openapi.json", header: bearer(w.token)}); served.body != string(want) {
		t.Error("what is served is something else")
	}
}

// describe writes a document with what comments in the code say of its types.
func describe(t *testing.T, doc *huma.OpenAPI) []byte {
	t.Helper()
	c := comments{t: t, types: make(map[string]map[string]*ast.TypeSpec), docs: make(map[*ast.TypeSpec]string)}
	for name, schema := range doc.Components.Schemas.Map() {
		c.add(schema, doc.Components.Schemas.TypeFromRef("#/components/schemas/"+name))
	}
	body, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(body, '\n')
}

// comments are those of types, by folder and name.
type comments struct {
	t     *testing.T
	types map[string]map[string]*ast.TypeSpec
	docs  map[*ast.TypeSpec]string
}

// add puts the comments of a struct and its fields into its description.
func (c *comments) add(schema *huma.Schema, of reflect.Type) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	spec := c.find(of)
	if spec == nil {
		return
	}
	if schema.Description == "" {
		schema.Description = c.docs[spec]
	}
	c.addFields(schema, of, spec)
}

func (c *comments) addFields(schema *huma.Schema, of reflect.Type, spec *ast.TypeSpec) {
	fields, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range fields.Fields.List {
		for _, name := range f.Names {
			field, _ := of.FieldByName(name.Name)
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if p := schema.Properties[key]; p != nil && p.Description == "" {
				p.Description = plain(f.Doc.Text() + f.Comment.Text())
			}
		}
	}
	for i := range of.NumField() {
		if f := of.Field(i); f.Anonymous && f.Type.Kind() == reflect.Struct {
			if inner := c.find(f.Type); inner != nil {
				c.addFields(schema, f.Type, inner)
			}
		}
	}
}

// find reads the package of a type when it is first asked for.
func (c *comments) find(of reflect.Type) *ast.TypeSpec {
	dir, ok := strings.CutPrefix(of.PkgPath(), "seeder/")
	if !ok {
		return nil
	}
	if c.types[dir] == nil {
		c.types[dir] = c.read(filepath.Join("..", filepath.FromSlash(dir)))
	}
	return c.types[dir][of.Name()]
}

func (c *comments) read(dir string) map[string]*ast.TypeSpec {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		c.t.Fatalf("no code in %s (%v)", dir, err)
	}
	types := make(map[string]*ast.TypeSpec)
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, d := range file.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range group.Specs {
				if spec, ok := s.(*ast.TypeSpec); ok {
					types[spec.Name.Name] = spec
					c.docs[spec] = plain(group.Doc.Text() + spec.Doc.Text())
				}
			}
		}
	}
	return types
}

var links = regexp.MustCompile(`\[([A-Za-z][A-Za-z.]*)\]`)

// plain is a comment as a text of one line.
func plain(comment string) string {
	return links.ReplaceAllString(strings.Join(strings.Fields(comment), " "), "$1")
}
