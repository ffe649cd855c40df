package daemon

import (
	"net/http"
)

// openMetrics makes what answers requests for metrics.
func (d *Daemon) openMetrics() { d.metrics = http.NotFoundHandler() }
