// Command client sends known spans, metrics and log records with OpenTelemetry's SDK for Go, each twice: straight to a
// Collector and to the sidecar, so that what arrives by both ways can be compared.
//
//	client PROTOCOL COMPRESSION DIRECT SIDECAR NAME [AUTHORITY]
//
// PROTOCOL is http/protobuf or grpc, COMPRESSION gzip or none, the two ends are URLs, NAME is the service's. With the file
// of an AUTHORITY the sidecar is spoken to over TLS.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"net/url"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otellog "go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/credentials"
)

type exporters struct {
	spans   sdktrace.SpanExporter
	metrics sdkmetric.Exporter
	logs    sdklog.Exporter
}

// both sends metrics to two ends, for each reader would collect its own.
type both struct {
	sdkmetric.Exporter
	second sdkmetric.Exporter
}

func (b both) Export(ctx context.Context, metrics *metricdata.ResourceMetrics) error {
	return errors.Join(b.Exporter.Export(ctx, metrics), b.second.Export(ctx, metrics))
}

func (b both) Shutdown(ctx context.Context) error {
	return errors.Join(b.Exporter.Shutdown(ctx), b.second.Shutdown(ctx))
}

func main() {
	if len(os.Args) < 6 {
		log.Fatal("usage: client PROTOCOL COMPRESSION DIRECT SIDECAR NAME [AUTHORITY]")
	}
	authority := ""
	if len(os.Args) > 6 {
		authority = os.Args[6]
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	direct, err := open(ctx, os.Args[1], os.Args[2], os.Args[3], "")
	must(err)
	sidecar, err := open(ctx, os.Args[1], os.Args[2], os.Args[4], authority)
	must(err)
	must(send(ctx, os.Args[5], direct, sidecar))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func open(ctx context.Context, protocol, compression, end, authority string) (e exporters, err error) {
	where, err := url.Parse(end)
	if err != nil {
		return e, err
	}
	var secure *tls.Config
	if authority != "" {
		pem, err := os.ReadFile(authority)
		if err != nil {
			return e, err
		}
		secure = &tls.Config{RootCAs: x509.NewCertPool()}
		secure.RootCAs.AppendCertsFromPEM(pem)
	}
	if protocol == "grpc" {
		return openGrpc(ctx, compression, where.Host, secure)
	}
	return openHTTP(ctx, compression, where.Host, secure)
}

func openHTTP(ctx context.Context, compression, host string, secure *tls.Config) (e exporters, err error) {
	spans := []otlptracehttp.Option{otlptracehttp.WithEndpoint(host)}
	metrics := []otlpmetrichttp.Option{otlpmetrichttp.WithEndpoint(host)}
	logs := []otlploghttp.Option{otlploghttp.WithEndpoint(host)}
	if compression == "gzip" {
		spans = append(spans, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
		metrics = append(metrics, otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression))
		logs = append(logs, otlploghttp.WithCompression(otlploghttp.GzipCompression))
	}
	if secure != nil {
		spans = append(spans, otlptracehttp.WithTLSClientConfig(secure))
		metrics = append(metrics, otlpmetrichttp.WithTLSClientConfig(secure))
		logs = append(logs, otlploghttp.WithTLSClientConfig(secure))
	} else {
		spans = append(spans, otlptracehttp.WithInsecure())
		metrics = append(metrics, otlpmetrichttp.WithInsecure())
		logs = append(logs, otlploghttp.WithInsecure())
	}
	if e.spans, err = otlptracehttp.New(ctx, spans...); err != nil {
		return e, err
	}
	if e.metrics, err = otlpmetrichttp.New(ctx, metrics...); err != nil {
		return e, err
	}
	e.logs, err = otlploghttp.New(ctx, logs...)
	return e, err
}

func openGrpc(ctx context.Context, compression, host string, secure *tls.Config) (e exporters, err error) {
	spans := []otlptracegrpc.Option{otlptracegrpc.WithEndpoint(host)}
	metrics := []otlpmetricgrpc.Option{otlpmetricgrpc.WithEndpoint(host)}
	logs := []otlploggrpc.Option{otlploggrpc.WithEndpoint(host)}
	if compression == "gzip" {
		spans = append(spans, otlptracegrpc.WithCompressor("gzip"))
		metrics = append(metrics, otlpmetricgrpc.WithCompressor("gzip"))
		logs = append(logs, otlploggrpc.WithCompressor("gzip"))
	}
	if secure != nil {
		credentials := credentials.NewTLS(secure)
		spans = append(spans, otlptracegrpc.WithTLSCredentials(credentials))
		metrics = append(metrics, otlpmetricgrpc.WithTLSCredentials(credentials))
		logs = append(logs, otlploggrpc.WithTLSCredentials(credentials))
	} else {
		spans = append(spans, otlptracegrpc.WithInsecure())
		metrics = append(metrics, otlpmetricgrpc.WithInsecure())
		logs = append(logs, otlploggrpc.WithInsecure())
	}
	if e.spans, err = otlptracegrpc.New(ctx, spans...); err != nil {
		return e, err
	}
	if e.metrics, err = otlpmetricgrpc.New(ctx, metrics...); err != nil {
		return e, err
	}
	e.logs, err = otlploggrpc.New(ctx, logs...)
	return e, err
}

func send(ctx context.Context, name string, direct, sidecar exporters) error {
	service, err := resource.New(ctx, resource.WithAttributes(
		attribute.String("service.name", name), attribute.String("greeting", "grüß dich ✓"), attribute.StringSlice("list", []string{"a", "ü"})))
	if err != nil {
		return err
	}
	traces := sdktrace.NewTracerProvider(sdktrace.WithResource(service),
		sdktrace.WithBatcher(direct.spans), sdktrace.WithBatcher(sidecar.spans))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithResource(service),
		sdkmetric.WithReader(sdkmetric.NewPeriodicReader(both{direct.metrics, sidecar.metrics}, sdkmetric.WithInterval(time.Hour))))
	logs := sdklog.NewLoggerProvider(sdklog.WithResource(service),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(direct.logs)), sdklog.WithProcessor(sdklog.NewBatchProcessor(sidecar.logs)))

	drive(ctx, traces.Tracer("clients", trace.WithInstrumentationVersion("1.2.3")),
		meters.Meter("clients"), logs.Logger("clients"))
	return errors.Join(traces.Shutdown(ctx), meters.Shutdown(ctx), logs.Shutdown(ctx))
}

func drive(ctx context.Context, tracer trace.Tracer, meter metric.Meter, logger otellog.Logger) {
	requests, _ := meter.Int64Counter("client.requests")
	durations, _ := meter.Float64Histogram("client.durations")
	for i := range 20 {
		within, span := tracer.Start(ctx, fmt.Sprintf("span %d", i), trace.WithSpanKind(trace.SpanKindClient))
		span.SetAttributes(attribute.String("text", fmt.Sprintf("✓ %d", i)), attribute.Int("whole", i*1_000_000_007),
			attribute.Float64("broken", float64(i)+0.25), attribute.Bool("even", i%2 == 0))
		span.AddEvent("happened", trace.WithAttributes(attribute.Int("number", i)))
		if i%5 == 0 {
			span.SetStatus(codes.Error, "fünf")
		}
		record := otellog.Record{}
		record.SetTimestamp(time.Now())
		record.SetBody(attribute.StringValue(fmt.Sprintf("record %d ✓", i)))
		record.SetSeverity(otellog.SeverityWarn)
		record.AddAttributes(attribute.Int("number", i))
		logger.Emit(within, record)
		_, child := tracer.Start(within, "child", trace.WithLinks(trace.LinkFromContext(within)))
		child.End()
		span.End()
		requests.Add(ctx, 1, metric.WithAttributes(attribute.Int("rest", i%3)))
		durations.Record(ctx, float64(i), metric.WithAttributes(attribute.Int("rest", i%3)))
	}
}
