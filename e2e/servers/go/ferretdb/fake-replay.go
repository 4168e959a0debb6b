package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/FerretDB/FerretDB/internal/handler"
	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
)

// fakeReplay adds what mongorestore --oplogReplay asks of a server and FerretDB has not: applyOps, turned into
// updates and deletes of the same server, and _mergeAuthzCollections, which leaves users as they are.
func fakeReplay(h *handler.Handler) {
	commands := h.Commands()
	add := func(name string, work func(context.Context, *wirebson.Document) error) {
		command := *commands["update"]
		command.Handler = func(ctx context.Context, msg *wire.OpMsg) (*wire.OpMsg, error) {
			document, err := msg.RawSection0().DecodeDeep()
			if err != nil {
				return nil, err
			}
			if err := work(ctx, document); err != nil {
				return nil, err
			}
			return wire.NewOpMsg(wirebson.MustDocument("ok", float64(1)))
		}
		commands[name] = &command
	}
	add("_mergeAuthzCollections", func(context.Context, *wirebson.Document) error { return nil })
	add("applyOps", func(ctx context.Context, document *wirebson.Document) error {
		entries, ok := document.Get("applyOps").(*wirebson.Array)
		if !ok {
			return fmt.Errorf("applyOps takes a list of entries")
		}
		for i := range entries.Len() {
			command, err := fakeApply(entries.Get(i).(*wirebson.Document))
			if err != nil {
				return err
			}
			msg, err := wire.NewOpMsg(command)
			if err != nil {
				return err
			}
			if _, err := commands[command.Command()].Handler(ctx, msg); err != nil {
				return err
			}
		}
		return nil
	})
}

// fakeApply is the command that does what an entry of FerretDB's own oplog tells: it logs inserts, updates as
// whole documents, and deletes, but no commands.
func fakeApply(entry *wirebson.Document) (*wirebson.Document, error) {
	database, collection, _ := strings.Cut(entry.Get("ns").(string), ".")
	object := entry.Get("o").(*wirebson.Document)
	if entry.Get("op") == "d" {
		deletes := wirebson.MustArray(wirebson.MustDocument("q", object, "limit", int32(1)))
		return wirebson.NewDocument("delete", collection, "deletes", deletes, "$db", database)
	}
	if set, ok := object.Get("$set").(*wirebson.Document); ok && entry.Get("op") == "u" {
		object = set
	} else if entry.Get("op") != "i" {
		return nil, fmt.Errorf("the fake applyOps knows no entry %q", entry.Get("op"))
	}
	query := wirebson.MustDocument("_id", object.Get("_id"))
	update := wirebson.MustDocument("q", query, "u", object, "upsert", true)
	return wirebson.NewDocument("update", collection, "updates", wirebson.MustArray(update), "$db", database)
}
