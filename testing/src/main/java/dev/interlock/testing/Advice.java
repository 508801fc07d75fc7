package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Resource;
import dev.interlock.plan.PlannedCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Guesses which of two declarations is wrong, and writes the line to be added: templates that conflict with what the other call
 * says it touches. A guess, since what a call really touches is not seen; but with the line added the two no longer clash.
 */
final class Advice {

    /**
     * What two calls were seen to do.
     *
     * @param firstChanges whether the earlier call changes the state; null if that is not seen
     * @param secondChanges whether the later one does
     * @param firstSees whether the earlier one's result depends on the later one having run
     * @param secondSees the other way round
     */
    record Seen(
            @Nullable Boolean firstChanges, @Nullable Boolean secondChanges, boolean firstSees, boolean secondSees) {}

    private static final int MAX_LINES = 3;
    private static final int NAMED = 50;
    private static final int CERTAIN = 100;

    private Advice() {}

    /** A line and how likely it is. */
    private record Line(int likely, String text) {}

    /** At least one line, the likeliest first. */
    static List<String> of(PlannedCall first, PlannedCall second, Seen seen) {
        List<Line> lines = new ArrayList<>();
        silentWrite(first, second, seen.firstChanges(), lines);
        silentWrite(second, first, seen.secondChanges(), lines);
        tooNarrow(first, second, lines);
        if (seen.secondSees()) {
            seesWrites(second, first, lines);
        }
        if (seen.firstSees()) {
            seesWrites(first, second, lines);
        }
        if (lines.isEmpty()) {
            boolean firstSuspect = isFirstSuspect(first, second);
            PlannedCall suspect = firstSuspect ? first : second;
            PlannedCall other = firstSuspect ? second : first;
            add(lines, 0, "both may write the same: ", suspect, Access.Kind.WRITE, touched(other), other);
            add(lines, 0, "", other, Access.Kind.WRITE, touched(suspect), suspect);
        }
        return lines.stream()
                .sorted(Comparator.comparingInt((Line line) -> -line.likely()))
                .map(Line::text)
                .distinct()
                .limit(MAX_LINES)
                .toList();
    }

    /** Of a call that changes the state, though it says that it writes nothing. */
    static String ofSilentWrite(PlannedCall call) {
        return "its effects are " + declared(call) + " and lack a write: "
                + line(call, Access.Kind.WRITE, templates(call, touched(call), call)) + ", of what it really changes";
    }

    private static void silentWrite(PlannedCall call, PlannedCall other, @Nullable Boolean changes, List<Line> lines) {
        if (Boolean.TRUE.equals(changes) && !call.writes()) {
            String what = "'" + call.call().tool() + "' changes the state, and says that it writes nothing: ";
            add(lines, CERTAIN, what, call, Access.Kind.WRITE, touched(other), other);
        }
    }

    /** Two resources that begin alike and then part: one of the two names less than it touches. */
    private static void tooNarrow(PlannedCall first, PlannedCall second, List<Line> lines) {
        int firstLess = isFirstSuspect(first, second) ? 1 : 0;
        for (Access one : first.accesses()) {
            for (Access other : second.accesses()) {
                int common = common(one.resource(), other.resource());
                if (common > 0 && (one.isWrite() || other.isWrite())) {
                    String what = one.resource() + " of '" + first.call().tool() + "' and " + other.resource() + " of '"
                            + second.call().tool() + "' may be the same, one is too narrow or misnamed: ";
                    List<Resource> prefix = List.of(prefix(one.resource(), common));
                    add(lines, common + firstLess, what, first, kind(first, one), prefix, first);
                    add(lines, common + 1 - firstLess, what, second, kind(second, other), prefix, second);
                }
            }
        }
    }

    /** A call that reads and writes one resource writes it. */
    private static Access.Kind kind(PlannedCall call, Access access) {
        return call.accesses().contains(Access.write(access.resource())) ? Access.Kind.WRITE : access.kind();
    }

    private static void seesWrites(PlannedCall reader, PlannedCall writer, List<Line> lines) {
        List<Resource> written = writer.accesses().stream()
                .filter(Access::isWrite)
                .map(Access::resource)
                .toList();
        if (!written.isEmpty()) {
            String what =
                    "'" + reader.call().tool() + "' sees what '" + writer.call().tool() + "' writes: ";
            add(lines, 1, what, reader, Access.Kind.READ, written, writer);
        }
        if (!reader.accesses().isEmpty()) {
            String what = "'" + writer.call().tool() + "' writes what '"
                    + reader.call().tool() + "' reads: ";
            add(lines, 0, what, writer, Access.Kind.WRITE, touched(reader), reader);
        }
    }

    /** A line is likelier if what it adds is named by an argument of the call. */
    private static void add(
            List<Line> lines,
            int likely,
            String what,
            PlannedCall call,
            Access.Kind kind,
            List<Resource> resources,
            PlannedCall of) {
        Set<String> templates = templates(call, resources, of);
        boolean named = templates.stream().anyMatch(template -> template.contains("{"));
        lines.add(new Line(likely + (named ? NAMED : 0), what + line(call, kind, templates)));
    }

    /** Whose effects rather are wrong: those that nobody has declared, or that say less. */
    private static boolean isFirstSuspect(PlannedCall first, PlannedCall second) {
        boolean firstGuessed = first.source().compareTo(EffectSource.INFERENCE) >= 0;
        boolean secondGuessed = second.source().compareTo(EffectSource.INFERENCE) >= 0;
        if (firstGuessed != secondGuessed) {
            return firstGuessed;
        }
        return first.accesses().size() < second.accesses().size();
    }

    private static List<Resource> touched(PlannedCall call) {
        return call.accesses().stream().map(Access::resource).distinct().toList();
    }

    /** What a call says that it touches, and who said so. */
    static String declared(PlannedCall call) {
        return (call.accesses().isEmpty()
                        ? "pure"
                        : call.accesses().stream().map(Access::toString).collect(Collectors.joining(", ")))
                + " (" + call.source().words() + ")";
    }

    private static Set<String> templates(PlannedCall call, List<Resource> resources, PlannedCall of) {
        Set<String> templates = new LinkedHashSet<>();
        for (Resource each : resources) {
            templates.add(template(each, call.call(), of.call()));
        }
        if (templates.stream().anyMatch(each -> each.contains("{"))) {
            // What the two have in common is among the arguments.
            templates.removeIf(each -> !each.contains("{"));
        }
        return templates.isEmpty() || templates.contains("") ? Set.of("/") : templates;
    }

    private static String line(PlannedCall call, Access.Kind kind, Set<String> templates) {
        String quoted = templates.stream().map(each -> '"' + each + '"').collect(Collectors.joining(", "));
        boolean write = kind == Access.Kind.WRITE;
        return "add " + (write ? "@Writes(" : "@Reads(") + (templates.size() > 1 ? "{" + quoted + "}" : quoted)
                + ") to '" + call.call().tool() + "' (in code: Effects." + (write ? "writes(" : "reads(") + quoted
                + "))";
    }

    /** The resource as a template for one call: what is an argument of it is named; what only the other call knows ends it. */
    private static String template(Resource resource, ToolCall call, ToolCall other) {
        Map<String, String> own = arguments(call);
        Map<String, String> others = arguments(other);
        List<String> segments = new ArrayList<>();
        for (String segment : resource.segments()) {
            String name = own.get(segment);
            if (segment.isEmpty() || (name == null && others.containsKey(segment))) {
                break;
            }
            segments.add(name == null ? segment : "{" + name + "}");
        }
        return String.join("/", segments);
    }

    /** Names by values. */
    private static Map<String, String> arguments(ToolCall call) {
        return call.arguments().properties().stream()
                .filter(each ->
                        each.getValue().isValueNode() && !each.getValue().isNull())
                .collect(Collectors.toMap(each -> text(each.getValue()), Map.Entry::getKey, (one, other) -> one));
    }

    private static String text(JsonNode value) {
        return value.asText();
    }

    private static int common(Resource one, Resource other) {
        int depth = 0;
        while (depth < Math.min(one.depth(), other.depth())
                && one.segment(depth).equals(other.segment(depth))) {
            depth++;
        }
        return depth;
    }

    private static Resource prefix(Resource resource, int depth) {
        return Resource.of(String.join("/", resource.segments().subList(0, depth)));
    }
}
