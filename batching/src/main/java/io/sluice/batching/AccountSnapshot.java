package io.sluice.batching;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An {@link Account} at one moment, in items.
 *
 * @param accepted taken into custody
 * @param refused turned away, by reason; reasons that never occurred are absent
 * @param delivered taken by the destination
 * @param rejected refused by the destination for good
 * @param dropped given up here, by reason; reasons that never occurred are absent
 */
public record AccountSnapshot(
        long accepted,
        SortedMap<String, Long> refused,
        long delivered,
        long rejected,
        SortedMap<String, Long> dropped) {

    public AccountSnapshot {
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
        dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
    }

    /** Accepted or turned away. */
    public long offered() {
        return accepted + refusedItems();
    }

    /** Turned away, for whatever reason. */
    public long refusedItems() {
        return sum(refused);
    }

    /** Given up here, for whatever reason. */
    public long droppedItems() {
        return sum(dropped);
    }

    /** Accepted and not settled yet; negative only if something was settled twice. */
    public long pending() {
        return accepted - delivered - rejected - droppedItems();
    }

    /** Offered but not delivered, and never will be. */
    public long lost() {
        return refusedItems() + rejected + droppedItems();
    }

    /** One JSON object on one line, as every hop writes it. */
    public String toJson(String hop, String signal) {
        StringBuilder json = new StringBuilder(200);
        json.append("{\"hop\":");
        quote(json, hop);
        json.append(",\"signal\":");
        quote(json, signal);
        json.append(",\"offered\":").append(offered());
        json.append(",\"accepted\":").append(accepted);
        json.append(",\"refused\":");
        object(json, refused);
        json.append(",\"delivered\":").append(delivered);
        json.append(",\"rejected\":").append(rejected);
        json.append(",\"dropped\":");
        object(json, dropped);
        json.append(",\"pending\":").append(pending());
        return json.append('}').toString();
    }

    /** One line for people: {@code offered 10 = 9 accepted + 1 refused (queue_full 1); 9 delivered, 0 rejected, ...}. */
    @Override
    public String toString() {
        return "offered " + offered() + " = " + accepted + " accepted + " + refusedItems() + " refused"
                + reasons(refused) + "; " + delivered + " delivered, " + rejected + " rejected, " + droppedItems()
                + " dropped" + reasons(dropped) + ", " + pending() + " pending";
    }

    private static long sum(Map<String, Long> byReason) {
        long sum = 0;
        for (long items : byReason.values()) {
            sum += items;
        }
        return sum;
    }

    private static String reasons(Map<String, Long> byReason) {
        if (byReason.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(" (");
        byReason.forEach((reason, items) -> text.append(text.length() > 2 ? ", " : "")
                .append(reason)
                .append(' ')
                .append(items));
        return text.append(')').toString();
    }

    private static void object(StringBuilder json, Map<String, Long> byReason) {
        json.append('{');
        String separator = "";
        for (Map.Entry<String, Long> entry : byReason.entrySet()) {
            json.append(separator);
            quote(json, entry.getKey());
            json.append(':').append(entry.getValue());
            separator = ",";
        }
        json.append('}');
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
