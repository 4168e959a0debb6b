package main

import (
	"context"

	"github.com/FerretDB/FerretDB/internal/handler"
	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
)

// ignoreNamespaces lets createIndexes pass over the member "ns" of an index, as MongoDB's own server does:
// mongorestore sends it, and FerretDB takes it for an unknown option.
func ignoreNamespaces(h *handler.Handler) {
	command := h.Commands()["createIndexes"]
	next := command.Handler
	command.Handler = func(ctx context.Context, msg *wire.OpMsg) (*wire.OpMsg, error) {
		document, err := msg.RawSection0().DecodeDeep()
		if err != nil {
			return nil, err
		}
		if indexes, ok := document.Get("indexes").(*wirebson.Array); ok {
			for i := range indexes.Len() {
				if index, ok := indexes.Get(i).(*wirebson.Document); ok {
					index.Remove("ns")
				}
			}
		}
		cleaned, err := wire.NewOpMsg(document)
		if err != nil {
			return nil, err
		}
		return next(ctx, cleaned)
	}
}
