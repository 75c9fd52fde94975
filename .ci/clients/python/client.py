"""Sends known spans, metrics and log records with OpenTelemetry's SDK for Python, each twice: straight to a Collector and
to the sidecar, so that what arrives by both ways can be compared.

    client.py PROTOCOL COMPRESSION DIRECT SIDECAR NAME

PROTOCOL is http/protobuf or grpc, COMPRESSION gzip or none, the two ends are URLs, NAME is the service's.
"""

import sys
import time

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode


def exporters(protocol, compression, end):
    """The exporters of spans, metrics and log records to one end."""
    if protocol == "grpc":
        from grpc import Compression
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        options = {
            "endpoint": end,
            "insecure": True,
            "compression": Compression.Gzip if compression == "gzip" else Compression.NoCompression,
        }
        return OTLPSpanExporter(**options), OTLPMetricExporter(**options), OTLPLogExporter(**options)
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    kind = Compression.Gzip if compression == "gzip" else Compression.NoCompression
    return (
        OTLPSpanExporter(endpoint=end + "/v1/traces", compression=kind),
        OTLPMetricExporter(endpoint=end + "/v1/metrics", compression=kind),
        OTLPLogExporter(endpoint=end + "/v1/logs", compression=kind),
    )


class Both(MetricExporter):
    """One collection for both ends, for each reader would collect its own."""

    def __init__(self, first, second):
        super().__init__()
        self._ends = (first, second)

    def export(self, metrics_data, timeout_millis=10_000, **kwargs):
        results = [end.export(metrics_data, timeout_millis, **kwargs) for end in self._ends]
        failed = MetricExportResult.FAILURE in results
        return MetricExportResult.FAILURE if failed else MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis=10_000):
        return all(end.force_flush(timeout_millis) for end in self._ends)

    def shutdown(self, timeout_millis=30_000, **kwargs):
        for end in self._ends:
            end.shutdown(timeout_millis, **kwargs)


def drive(tracer, meter, logger):
    """What is sent."""
    requests = meter.create_counter("client.requests")
    durations = meter.create_histogram("client.durations")
    for i in range(20):
        with tracer.start_as_current_span(f"span {i}", kind=SpanKind.CLIENT) as span:
            span.set_attributes({"text": f"✓ {i}", "whole": i * 1_000_000_007, "broken": i + 0.25, "even": i % 2 == 0})
            span.add_event("happened", {"number": i})
            if i % 5 == 0:
                span.set_status(Status(StatusCode.ERROR, "fünf"))
            logger.emit(
                LogRecord(
                    timestamp=time.time_ns(),
                    context=trace.set_span_in_context(span),
                    severity_number=SeverityNumber.WARN,
                    body=f"record {i} ✓",
                    attributes={"number": i},
                )
            )
            tracer.start_span("child", links=[Link(span.get_span_context())]).end()
        requests.add(1, {"rest": i % 3})
        durations.record(i, {"rest": i % 3})


def main():
    protocol, compression, direct, sidecar, name = sys.argv[1:6]
    ends = (exporters(protocol, compression, direct), exporters(protocol, compression, sidecar))
    resource = Resource({"service.name": name, "greeting": "grüß dich ✓", "list": ["a", "ü"]})
    traces = TracerProvider(resource=resource)
    logs = LoggerProvider(resource=resource)
    for spans, _, records in ends:
        traces.add_span_processor(BatchSpanProcessor(spans))
        logs.add_log_record_processor(BatchLogRecordProcessor(records))
    reader = PeriodicExportingMetricReader(Both(ends[0][1], ends[1][1]), export_interval_millis=3_600_000)
    meters = MeterProvider(metric_readers=[reader], resource=resource)
    drive(traces.get_tracer("clients", "1.2.3"), meters.get_meter("clients"), logs.get_logger("clients"))
    traces.shutdown()
    meters.shutdown()
    logs.shutdown()


main()
