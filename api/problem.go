package api

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"seeder/node"
	"seeder/quota"
)

// Codes that only HTTP has, beside those of [node.Code].
const (
	CodeUnauthorized node.Code = "unauthorized"       // no token, or not the right one
	CodeForbidden    node.Code = "forbidden"          // from another page, or to another host
	CodeTooMany      node.Code = "too_many_requests"  // try again later; see the header Retry-After
	CodeTooLarge     node.Code = "too_large"          // of a body
	CodeMethod       node.Code = "method_not_allowed" // the path is right, the method is not
)

// Problem is the body of an answer that says what went wrong (RFC 9457), with the
// media type application/problem+json.
type Problem struct {
	// Type is always about:blank: Code says what it is.
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	// Detail says what failed, for people.
	Detail string `json:"detail"`
	// Code says it in a word, for programs.
	Code node.Code `json:"code"`
	// Hint says what to do about it.
	Hint string `json:"hint,omitempty"`
	// Errors says which parts of the request were not understood.
	Errors []Fault `json:"errors,omitempty"`

	header http.Header // sent with it
}

// Fault is a part of a request that was not understood.
type Fault struct {
	// Location is a path such as body.values.up.
	Location string `json:"location"`
	Message  string `json:"message"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements [huma.StatusError].
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements [huma.HeadersError].
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType implements [huma.ContentTypeFilter].
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

func newProblem(status int, code node.Code, hint, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail, Hint: hint}
}

// problemOf says what an error of the node means to who asked.
func problemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	code := node.CodeOf(err)
	p := newProblem(statusOf(code), code, node.HintOf(err), err.Error())
	if f, ok := errors.AsType[*quota.FormError](err); ok && f.Key != "" {
		p.Errors = []Fault{{Location: "body." + f.Key, Message: f.Error()}}
	} else if k, ok := errors.AsType[*quota.KeyError](err); ok {
		p.Errors = []Fault{{Location: "body." + k.Key, Message: k.Error()}}
	}
	return p
}

func statusOf(code node.Code) int {
	switch code {
	case node.NotFound:
		return http.StatusNotFound
	case node.Ambiguous, node.Conflict, node.Refused:
		return http.StatusConflict
	case node.Invalid:
		return http.StatusUnprocessableEntity
	case node.Unavailable:
		return http.StatusServiceUnavailable
	case node.NoSpace:
		return http.StatusInsufficientStorage
	default:
		return http.StatusInternalServerError
	}
}

// codeOf is the code of what the HTTP library refuses by itself.
func codeOf(status int) node.Code {
	switch {
	case status == http.StatusNotFound:
		return node.NotFound
	case status == http.StatusMethodNotAllowed:
		return CodeMethod
	case status == http.StatusRequestEntityTooLarge:
		return CodeTooLarge
	case status >= http.StatusInternalServerError:
		return node.Internal
	default:
		return node.Invalid
	}
}

// hintOf is what to do about what the HTTP library refuses by itself.
func hintOf(status int) string {
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return "send less: the body of a request has at most " + strconv.Itoa(MaxBodyBytes) + " bytes"
	case status == http.StatusRequestTimeout:
		return "send the body at once"
	case status == http.StatusUnsupportedMediaType:
		return "send JSON, with Content-Type: application/json"
	case status >= http.StatusInternalServerError:
		return hintInternal
	default:
		return "errors says what is wrong; /openapi.json describes what is taken"
	}
}

const hintInternal = "the log of the node has more"

// The library makes its own errors by this function. It is replaced before anything
// is registered, and nothing else uses the library.
var _ = func() bool {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
		p := newProblem(status, codeOf(status), hintOf(status), detail)
		for _, err := range errs {
			if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
				p.Errors = append(p.Errors, Fault{Location: d.Location, Message: d.Message})
			} else if err != nil {
				p.Errors = append(p.Errors, Fault{Message: err.Error()})
			}
		}
		return p
	}
	return true
}()

// write answers with the problem.
func (p *Problem) write(w http.ResponseWriter) {
	body, err := json.Marshal(p)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	maps.Copy(w.Header(), p.header)
	w.Header().Set("Content-Type", problemType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n')) // who asked may have gone
}
