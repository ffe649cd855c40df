package activity

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"seeder/message"
	"seeder/store"
)

// name returns the name of a community in quotes, or the beginning of its id.
func name(c store.Community) string {
	if c.Name == "" {
		return c.ID.String()[:10]
	}
	return strconv.Quote(c.Name)
}

// count says a number of things.
func count[N int | uint64](n N, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n) + " " + several
}

// days says a span in UTC.
func days(s message.Span) string { return day(s.From) + " to " + day(s.To) }

func day(ts uint64) string {
	if ts > 1<<40 {
		return "the end of time"
	}
	t := time.Unix(int64(ts), 0).UTC()
	if ts%86400 == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

func minute(millis int64) string {
	return time.UnixMilli(millis).UTC().Format("2006-01-02 15:04") + " UTC"
}

// because adds a reason to a sentence.
func because(text, reason string) string {
	if reason == "" {
		return text
	}
	return text + ": " + strings.ReplaceAll(reason, "\n", "; ")
}

// worthTelling reports whether what became of an archive is told. A download that
// begins is not: its end comes soon, or it is seen as a transfer.
func worthTelling(before standing, a *store.Archive) bool {
	switch {
	case before.state != a.State:
		return a.State != store.Downloading || before.state == store.Quarantined || before.state == store.Evicted
	case a.State == store.Quarantined:
		return before.attempts < a.Attempts
	case a.State == store.Listed:
		return before.reason != a.Reason && a.Reason != ""
	}
	return false
}

// archiveText says what became of an archive that is worth telling.
func archiveText(was store.ArchiveState, a *store.Archive) string {
	what := "The archive of " + days(a.Span)
	if a.Amends > 0 {
		what = "The amendment of " + days(a.Span)
	}
	switch a.State {
	case store.Listed:
		if was == store.Listed {
			return because(what+" is not fetched", a.Reason)
		}
		if was == store.Stored || was == store.Imported {
			return what + " is gone from the disk and will be fetched again"
		}
		return because(what+" is to be fetched", a.Reason)
	case store.Downloading:
		return what + " is tried again"
	case store.Stored:
		return what + " is here and verified"
	case store.Imported:
		if was == "" {
			if a.Messages == 1 {
				return "1 message of " + days(a.Span) + " is archived"
			}
			return count(a.Messages, "message", "messages") + " of " + days(a.Span) + " are archived"
		}
		return what + " is here, verified and imported, " + count(a.Messages, "message", "messages")
	case store.Evicted:
		return because(what+" was removed from the disk", a.Reason)
	case store.Quarantined:
		text := because(what+" was refused", a.Reason)
		if a.NextTry > 0 {
			text += "; tried again at " + minute(a.NextTry)
		}
		return text
	}
	return ""
}

// archivesText says what became of several archives alike, the last of which is a.
func archivesText(n int, a *store.Archive) string {
	what := count(n, "archive", "archives")
	switch a.State {
	case store.Listed:
		return because(what+" are to be fetched", a.Reason)
	case store.Downloading:
		return what + " are tried again"
	case store.Stored:
		return what + " are here and verified"
	case store.Imported:
		return what + " are here, verified and imported"
	case store.Evicted:
		return because(what+" were removed from the disk", a.Reason)
	case store.Quarantined:
		return because(what+" were refused", a.Reason)
	}
	return what
}

// operationText says how an operation goes on; empty when nothing is to be told.
func operationText(before, o store.Operation) string {
	what := operationName(o)
	failed := o.Attempts > before.Attempts && milestone(o.Attempts)
	if before.State == o.State && !failed {
		return ""
	}
	switch {
	case o.State == store.OperationFailed:
		return because(what+" has failed", o.Reason)
	case o.State == store.OperationDone:
		return what + " is done"
	case failed:
		return retried(what, o.Reason, o.Attempts, o.NextTry)
	case o.State == store.OperationPending:
		return what + " was asked for"
	default:
		return what + " has begun"
	}
}

func operationName(o store.Operation) string {
	names := map[string]string{
		"archive": "Archiving what is due", "replay": "Reading the archives again", "join": "Fetching the whole history",
		"audit": "Comparing files with the database", "fetch": "Fetching",
	}
	text, known := names[o.Kind]
	if !known {
		text = "The operation " + strconv.Quote(o.Kind)
	}
	if !o.Span.Empty() {
		text += " (" + days(o.Span) + ")"
	}
	return text
}

// workText says that a part of the work failed, or does not any more; empty when
// nothing is to be told.
func workText(before, w store.Work) string {
	names := map[string]string{
		"announcement": "Looking for the newest announcement", "fetch": "Fetching", "archive": "Archiving",
		"send": "Sending the announcement",
	}
	what, known := names[w.Part]
	if !known {
		what = "The work " + strconv.Quote(w.Part)
	}
	switch {
	case w.Attempts > before.Attempts && milestone(w.Attempts):
		return retried(what, w.Reason, w.Attempts, w.NextTry)
	case w.Attempts == 0 && before.Attempts > 0:
		return what + " works again after " + count(before.Attempts, "failure", "failures")
	}
	return ""
}

// milestone reports whether one more failure in a row is worth an event: the
// first, the second, the fourth, the eighth and so on.
func milestone(attempts int) bool { return attempts > 0 && attempts&(attempts-1) == 0 }

func retried(what, reason string, attempts int, next int64) string {
	text := what + " has failed"
	if attempts > 1 {
		text += fmt.Sprintf(" %d times", attempts)
	}
	text = because(text, reason)
	if next > 0 {
		text += "; tried again at " + minute(next)
	}
	return text
}

func settingText(s store.Setting, what string) string {
	if s.Community.IsZero() {
		return "The limit " + s.Key + " of the node " + what
	}
	return "The limit " + s.Key + " of the community " + what
}
