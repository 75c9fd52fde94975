package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

// The exporter "scripted" answers as the data itself asks for, so that the receiver in front of it says to a client what
// receivers say when a pipeline fails. Resource attributes are its script: "script.key" names a scenario, and
// "script.answers" lists what becomes of its requests one after another, the last of all that follow, with ; between:
//
//	taken[:MILLIS]          success, after a while
//	refused                 bad data
//	busy[:MILLIS]           unavailable, and when to come back
//	exhausted[:MILLIS]      resource exhausted, and when to come back
//	code:NUMBER             another status of gRPC
//
// Each request becomes a line of the ledger before it is answered: time in nanoseconds, key, signal, size of the message,
// items with commas between, and the client's metadata, with tabs between.
type scripted struct {
	component.StartFunc
	component.ShutdownFunc
	ledger *ledger
}

type scriptedConfig struct {
	// Ledger is the file that requests are written to.
	Ledger string `mapstructure:"ledger"`
}

// ledger is shared by the exporters of all signals.
type ledger struct {
	lock     sync.Mutex
	path     string
	requests map[string]int
}

var ledgers = struct {
	sync.Mutex
	byPath map[string]*ledger
}{byPath: map[string]*ledger{}}

func ledgerOf(cfg component.Config) *ledger {
	path := cfg.(*scriptedConfig).Ledger
	ledgers.Lock()
	defer ledgers.Unlock()
	if ledgers.byPath[path] == nil {
		ledgers.byPath[path] = &ledger{path: path, requests: map[string]int{}}
	}
	return ledgers.byPath[path]
}

func newScriptedFactory() exporter.Factory {
	return exporter.NewFactory(component.MustNewType("scripted"),
		func() component.Config { return &scriptedConfig{} },
		exporter.WithTraces(func(_ context.Context, _ exporter.Settings, cfg component.Config) (exporter.Traces, error) {
			return &scripted{ledger: ledgerOf(cfg)}, nil
		}, component.StabilityLevelDevelopment),
		exporter.WithMetrics(func(_ context.Context, _ exporter.Settings, cfg component.Config) (exporter.Metrics, error) {
			return &scripted{ledger: ledgerOf(cfg)}, nil
		}, component.StabilityLevelDevelopment),
		exporter.WithLogs(func(_ context.Context, _ exporter.Settings, cfg component.Config) (exporter.Logs, error) {
			return &scripted{ledger: ledgerOf(cfg)}, nil
		}, component.StabilityLevelDevelopment))
}

func (s *scripted) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

func (s *scripted) ConsumeTraces(ctx context.Context, data ptrace.Traces) error {
	var ids []string
	var resource pcommon.Resource
	for _, spans := range data.ResourceSpans().All() {
		resource = spans.Resource()
		for _, scope := range spans.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				ids = append(ids, span.SpanID().String())
			}
		}
	}
	return s.answer(ctx, "traces", resource, ids, (&ptrace.ProtoMarshaler{}).TracesSize(data))
}

func (s *scripted) ConsumeMetrics(ctx context.Context, data pmetric.Metrics) error {
	var names []string
	var resource pcommon.Resource
	for _, metrics := range data.ResourceMetrics().All() {
		resource = metrics.Resource()
		for _, scope := range metrics.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				names = append(names, metric.Name())
			}
		}
	}
	return s.answer(ctx, "metrics", resource, names, (&pmetric.ProtoMarshaler{}).MetricsSize(data))
}

func (s *scripted) ConsumeLogs(ctx context.Context, data plog.Logs) error {
	var bodies []string
	var resource pcommon.Resource
	for _, logs := range data.ResourceLogs().All() {
		resource = logs.Resource()
		for _, scope := range logs.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				bodies = append(bodies, record.Body().AsString())
			}
		}
	}
	return s.answer(ctx, "logs", resource, bodies, (&plog.ProtoMarshaler{}).LogsSize(data))
}

func (s *scripted) answer(ctx context.Context, signal string, from pcommon.Resource, items []string, size int) error {
	key := attribute(from, "script.key")
	answers := strings.Split(attribute(from, "script.answers"), ";")
	request, err := s.ledger.note(ctx, signal, key, items, size)
	if err != nil {
		return err
	}
	return play(ctx, answers[min(request, len(answers)-1)])
}

func attribute(resource pcommon.Resource, name string) string {
	value, _ := resource.Attributes().Get(name)
	return value.AsString()
}

// note returns how many requests of the key came before.
func (l *ledger) note(ctx context.Context, signal, key string, items []string, size int) (int, error) {
	line := fmt.Sprintf("%d\t%s\t%s\t%d\t%s", time.Now().UnixNano(), key, signal, size, strings.Join(items, ","))
	metadata := client.FromContext(ctx).Metadata
	for name := range metadata.Keys() {
		line += "\t" + name + "=" + strings.Join(metadata.Get(name), ",")
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	file, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	_, err = file.WriteString(line + "\n")
	before := l.requests[key]
	l.requests[key]++
	return before, errors.Join(err, file.Close())
}

func play(ctx context.Context, answer string) error {
	word, number, _ := strings.Cut(answer, ":")
	value, _ := strconv.Atoi(number)
	switch word {
	case "taken":
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(value) * time.Millisecond):
			return nil
		}
	case "refused":
		return status.Error(codes.InvalidArgument, "bad data")
	case "busy":
		if value == 0 {
			return errors.New("not now")
		}
		return comeBack(codes.Unavailable, value)
	case "exhausted":
		if value == 0 {
			return status.Error(codes.ResourceExhausted, "too much")
		}
		return comeBack(codes.ResourceExhausted, value)
	case "code":
		return status.Error(codes.Code(value), "as the script says")
	default:
		return status.Error(codes.FailedPrecondition, "the script says "+answer)
	}
}

func comeBack(code codes.Code, millis int) error {
	delay := durationpb.New(time.Duration(millis) * time.Millisecond)
	detailed, err := status.New(code, "later").WithDetails(&errdetails.RetryInfo{RetryDelay: delay})
	if err != nil {
		return err
	}
	return detailed.Err()
}
