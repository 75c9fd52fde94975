package io.sluice.examples.jsonlines;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads one {@link JsonLine}, from left to right. Used once. */
final class JsonLineReader {

    private static final int DEEPEST = 16;

    private final String line;
    private int at;

    JsonLineReader(String line) {
        this.line = line;
    }

    JsonLine read() {
        JsonLine object = object(0);
        skipBlanks();
        if (at != line.length()) {
            throw expected("the end");
        }
        return object;
    }

    private JsonLine object(int depth) {
        if (depth == DEEPEST) {
            throw expected("no deeper nesting");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        take('{');
        if (!takeIf('}')) {
            do {
                String name = text();
                take(':');
                if (fields.put(name, value(depth)) != null) {
                    throw expected("\"" + name + "\" once");
                }
            } while (takeIf(','));
            take('}');
        }
        return new JsonLine(fields);
    }

    private Object value(int depth) {
        skipBlanks();
        char first = at < line.length() ? line.charAt(at) : ' ';
        return switch (first) {
            case '{' -> object(depth + 1);
            case '"' -> text();
            case 't', 'f' -> truth();
            default -> number();
        };
    }

    private Boolean truth() {
        for (String word : new String[] {"true", "false"}) {
            if (line.startsWith(word, at)) {
                at += word.length();
                return Boolean.valueOf(word);
            }
        }
        throw expected("true or false");
    }

    private Long number() {
        int start = at;
        while (at < line.length() && "-0123456789".indexOf(line.charAt(at)) >= 0) {
            at++;
        }
        try {
            return Long.valueOf(line.substring(start, at));
        } catch (NumberFormatException none) {
            at = start;
            throw expected("a whole number");
        }
    }

    private String text() {
        take('"');
        StringBuilder text = new StringBuilder();
        while (at < line.length() && line.charAt(at) != '"') {
            char c = line.charAt(at++);
            text.append(c == '\\' ? escaped() : c);
        }
        if (at == line.length()) {
            throw expected("a closing quote");
        }
        at++;
        return text.toString();
    }

    private char escaped() {
        char kind = at < line.length() ? line.charAt(at++) : ' ';
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> codeUnit();
            default -> throw expected("an escape");
        };
    }

    private char codeUnit() {
        if (at + 4 > line.length() || !line.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
            throw expected("four hexadecimal digits");
        }
        at += 4;
        return (char) Integer.parseInt(line.substring(at - 4, at), 16);
    }

    private void take(char c) {
        if (!takeIf(c)) {
            throw expected("'" + c + "'");
        }
    }

    private boolean takeIf(char c) {
        skipBlanks();
        if (at < line.length() && line.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException expected(String what) {
        return new IllegalArgumentException("expected " + what + " at character " + at + " of " + line);
    }
}
