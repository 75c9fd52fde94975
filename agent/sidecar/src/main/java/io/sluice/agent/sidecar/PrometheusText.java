package io.sluice.agent.sidecar;

import io.sluice.exporter.otlp.OtlpFigures.Figure;
import io.sluice.exporter.otlp.OtlpFigures.Kind;
import io.sluice.exporter.otlp.OtlpFigures.Point;
import io.sluice.exporter.transport.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Figures in the text format that Prometheus reads, version 0.0.4. */
final class PrometheusText {

    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private PrometheusText() {}

    static HttpResponse page(List<Figure> figures) {
        return new HttpResponse(200, TYPE, text(figures).getBytes(StandardCharsets.UTF_8));
    }

    static String text(List<Figure> figures) {
        StringBuilder text = new StringBuilder(8_192);
        for (Figure figure : figures) {
            text.append("# HELP ").append(figure.name()).append(' ').append(escaped(figure.about(), false));
            text.append("\n# TYPE ").append(figure.name());
            text.append(figure.kind() == Kind.COUNTER ? " counter\n" : " gauge\n");
            for (Point point : figure.points()) {
                text.append(figure.name());
                labels(text, point.attributes());
                text.append(' ').append(number(point.value())).append('\n');
            }
        }
        return text.toString();
    }

    private static void labels(StringBuilder text, Map<String, String> labels) {
        if (labels.isEmpty()) {
            return;
        }
        char separator = '{';
        for (Map.Entry<String, String> label : labels.entrySet()) {
            text.append(separator).append(label.getKey()).append("=\"");
            text.append(escaped(label.getValue(), true)).append('"');
            separator = ',';
        }
        text.append('}');
    }

    private static String escaped(String value, boolean quoted) {
        String escaped = value.replace("\\", "\\\\").replace("\n", "\\n");
        return quoted ? escaped.replace("\"", "\\\"") : escaped;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
