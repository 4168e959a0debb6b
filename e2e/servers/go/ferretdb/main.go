// A server for tests that speaks MongoDB's protocol: FerretDB over SQLite files, with SCRAM authentication.
//
// Arguments are the data directory, the name of the first user, whose password is the first line of standard
// input, and, where it is to call itself a member of a replica set, the name of the set. It keeps an oplog where
// somebody creates the capped collection local.oplog.rs. Prints one line, the plain and the TLS address, and
// ends when standard input ends. The certificate authority lies in the directory as ca.pem.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/FerretDB/FerretDB/internal/clientconn"
	"github.com/FerretDB/FerretDB/internal/clientconn/connmetrics"
	"github.com/FerretDB/FerretDB/internal/handler/registry"
	"github.com/FerretDB/FerretDB/internal/util/password"
	"github.com/FerretDB/FerretDB/internal/util/state"
)

func main() {
	directory, username := os.Args[1], os.Args[2]
	replicaSet := strings.Join(os.Args[3:], "")
	input := bufio.NewReader(os.Stdin)
	secret, err := input.ReadString('\n')
	check(err)
	check(writeCertificates(directory))

	provider, err := state.NewProvider("")
	check(err)
	check(provider.Update(func(s *state.State) {
		s.DisableTelemetry()
		s.TelemetryLocked = true
	}))
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	metrics := connmetrics.NewListenerMetrics()
	handler, closeBackend, err := registry.NewHandler("sqlite", &registry.NewHandlerOpts{
		Logger:        logger,
		ConnMetrics:   metrics.ConnMetrics,
		StateProvider: provider,
		ReplSetName:   replicaSet,
		SetupDatabase: "admin",
		SetupUsername: username,
		SetupPassword: password.WrapPassword(strings.TrimSuffix(secret, "\n")),
		SQLiteURL:     "file:" + directory + "/",
		TestOpts:      registry.TestOpts{EnableNewAuth: true, BatchSize: 100},
	})
	check(err)
	defer closeBackend()
	ignoreNamespaces(handler)
	fakeReplay(handler)
	listener, err := clientconn.Listen(&clientconn.NewListenerOpts{
		TCP:         "127.0.0.1:0",
		TLS:         "127.0.0.1:0",
		TLSCertFile: filepath.Join(directory, "server.pem"),
		TLSKeyFile:  filepath.Join(directory, "server.key"),
		Mode:        clientconn.NormalMode,
		Metrics:     metrics,
		Handler:     handler,
		Logger:      logger,
	})
	check(err)
	// What the set's members are called, which is known only now.
	handler.TCPHost = listener.TCPAddr().String()
	fmt.Println(listener.TCPAddr(), listener.TLSAddr())

	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, input)
		cancel()
	}()
	listener.Run(ctx)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
