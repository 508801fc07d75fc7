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
 * Guesses which of two declarations is wrong, and writes the line to add: templates that conflict with what the other
 * call says it touches. This is a guess, since the check does not see what a call really touches. But with the added
 * line the two calls no longer clash.
 */
final class Advice {

    /**
     * What the check saw two calls do.
     *
     * @param firstChanges whether the earlier call changes the state; null if the check cannot see that
     * @param secondChanges whether the later call changes the state
     * @param firstSees whether the earlier call's result depends on whether the later call has run
     * @param secondSees whether the later call's result depends on whether the earlier call has run
     */
    record Seen(
            @Nullable Boolean firstChanges, @Nullable Boolean secondChanges, boolean firstSees, boolean secondSees) {}

    private static final int MAX_LINES = 3;
    private static final int NAMED = 50;
    private static final int CERTAIN = 100;

    private Advice() {}

    /** A line and its likelihood. */
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

    /** The advice for a call that changes the state although it says that it writes nothing. */
    static String ofSilentWrite(PlannedCall call) {
        return "its effects are " + declared(call) + " and lack a write: "
                + line(call, Access.Kind.WRITE, templates(call, touched(call), call)) + ", with what it really changes";
    }

    private static void silentWrite(PlannedCall call, PlannedCall other, @Nullable Boolean changes, List<Line> lines) {
        if (Boolean.TRUE.equals(changes) && !call.writes()) {
            String what = "'" + call.call().tool() + "' changes the state but says that it writes nothing: ";
            add(lines, CERTAIN, what, call, Access.Kind.WRITE, touched(other), other);
        }
    }

    /** Handles two resources that begin alike and then part: one of the two calls names less than it touches. */
    private static void tooNarrow(PlannedCall first, PlannedCall second, List<Line> lines) {
        int firstLess = isFirstSuspect(first, second) ? 1 : 0;
        for (Access one : first.accesses()) {
            for (Access other : second.accesses()) {
                int common = common(one.resource(), other.resource());
                if (common > 0 && (one.isWrite() || other.isWrite())) {
                    String what = one.resource() + " of '" + first.call().tool() + "' and " + other.resource() + " of '"
                            + second.call().tool() + "' may be the same; one of the names is too narrow or wrong: ";
                    List<Resource> prefix = List.of(prefix(one.resource(), common));
                    add(lines, common + firstLess, what, first, kind(first, one), prefix, first);
                    add(lines, common + 1 - firstLess, what, second, kind(second, other), prefix, second);
                }
            }
        }
    }

    /** Returns WRITE for a call that both reads and writes the resource. */
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

    /** Adds a line. The line is likelier if an argument of the call names what it adds. */
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

    /**
     * Whether the first call's effects are the more suspect ones: effects without a declaration, or those that say
     * less.
     */
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

    /** What a call says that it touches, with the source. */
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
            // The arguments already name what the two have in common.
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

    /**
     * Returns the resource as a template for one call. It names the call's arguments and ends before a segment that
     * only the other call knows.
     */
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

    /** The arguments' names by their values. */
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
