package daemon

import (
	"seeder/message"
	"seeder/queue"
)

// queueOf returns the queue of a community's announcements.
func (d *Daemon) queueOf(c message.CommunityID) *queue.Queue {
	cfg := d.opts.Config
	return queue.New(queue.Options{
		Community: c,
		DB:        d.db,
		Clock:     d.opts.Clock,
		Logger:    d.opts.Logger,
		Limits: queue.Limits{
			Rows: int(cfg.Queue.MaxRows), Bytes: cfg.Queue.MaxBytes, Retention: cfg.Queue.Retention,
		},
		Bus:         d.bus,
		Rebroadcast: cfg.Queue.Rebroadcast,
		AnswerDelay: cfg.Queue.AnswerDelay,
		AnswerPause: cfg.Queue.AnswerPause,
		RetryMin:    cfg.Member.RetryMin,
		RetryMax:    cfg.Member.RetryMax,
	})
}
