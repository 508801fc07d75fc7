package dev.interlock.effect.file;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the members of one object of a file. It reports a wrong member as a problem and then ignores it. */
final class ObjectReading {

    /** The object in messages, such as {@code tool 'search': }; empty for the whole file. */
    private final String where;

    private final Problems problems;
    private final Map<String, Json.Member> members = new LinkedHashMap<>();
    private boolean sound = true;

    ObjectReading(String where, Json.Members object, List<String> known, Problems problems) {
        this.where = where;
        this.problems = problems;
        for (Json.Member member : object.members()) {
            Json.Member first = members.putIfAbsent(member.name(), member);
            if (first != null) {
                problem(
                        member.line(),
                        "key '%s' appears twice, first in line %d".formatted(member.name(), first.line()));
            } else if (!known.contains(member.name())) {
                problem(member.line(), "unknown key '%s'; the known keys are %s".formatted(member.name(), known));
            }
        }
    }

    boolean has(String key) {
        return members.containsKey(key);
    }

    Json.@Nullable Member member(String key) {
        return members.get(key);
    }

    /** The line of an existing member. */
    int lineOf(String key) {
        return Objects.requireNonNull(members.get(key)).line();
    }

    boolean isTrue(String key) {
        return isValue(key, true);
    }

    boolean isText(String key, String text) {
        return isValue(key, text);
    }

    private boolean isValue(String key, Object expected) {
        Json.Member member = members.get(key);
        return member != null && member.value() instanceof Json.Value value && expected.equals(value.value());
    }

    boolean isEmptyList(String key) {
        Json.Member member = members.get(key);
        return member != null
                && member.value() instanceof Json.Elements list
                && list.elements().isEmpty();
    }

    void string(String key, Consumer<String> to) {
        Json.Member member = members.get(key);
        if (member != null) {
            if (member.value() instanceof Json.Value value && value.value() instanceof String text) {
                accept(member, text, to);
            } else {
                wrongType(member, "a string");
            }
        }
    }

    void flag(String key, Consumer<Boolean> to) {
        Json.Member member = members.get(key);
        if (member != null) {
            if (member.value() instanceof Json.Value value && value.value() instanceof Boolean flag) {
                accept(member, flag, to);
            } else {
                wrongType(member, "true or false");
            }
        }
    }

    /** Reads a whole number, at least 0. */
    void count(String key, Consumer<Long> to) {
        Json.Member member = members.get(key);
        if (member != null) {
            Long count = countOf(member.value());
            if (count == null) {
                wrongType(member, "a whole number >= 0");
            } else {
                accept(member, count, to);
            }
        }
    }

    private static @Nullable Long countOf(Json json) {
        if (json instanceof Json.Value value && value.value() instanceof BigDecimal number && number.signum() >= 0) {
            try {
                return number.longValueExact();
            } catch (ArithmeticException e) {
                return null;
            }
        }
        return null;
    }

    /** Reads a list of strings. A wrong string is a problem on its own line. */
    void strings(String key, Consumer<String> to) {
        Json.Member member = members.get(key);
        if (member == null) {
            return;
        }
        if (!(member.value() instanceof Json.Elements list)) {
            wrongType(member, "a list of strings");
            return;
        }
        for (Json element : list.elements()) {
            if (element instanceof Json.Value value && value.value() instanceof String text) {
                accept(element.line(), "'" + key + "': ", () -> to.accept(text));
            } else {
                problem(element.line(), "'%s' must hold only strings, held %s".formatted(key, element.kind()));
            }
        }
    }

    /** Reads an object of strings. A wrong member is a problem on its own line. */
    void texts(String key, BiConsumer<String, String> to) {
        Json.Member member = members.get(key);
        if (member == null) {
            return;
        }
        if (!(member.value() instanceof Json.Members object)) {
            wrongType(member, "an object of strings");
            return;
        }
        Set<String> names = new HashSet<>();
        for (Json.Member each : object.members()) {
            String place = "'%s': '%s': ".formatted(key, each.name());
            if (!names.add(each.name())) {
                problem(each.line(), place + "appears twice");
            } else if (each.value() instanceof Json.Value value && value.value() instanceof String text) {
                accept(each.line(), place, () -> to.accept(each.name(), text));
            } else {
                problem(
                        each.line(),
                        place + "must be a string, was " + each.value().kind());
            }
        }
    }

    void wrongType(Json.Member member, String expected) {
        problem(
                member.line(),
                "'%s' must be %s, was %s"
                        .formatted(member.name(), expected, member.value().kind()));
    }

    private <T> void accept(Json.Member member, T value, Consumer<T> to) {
        accept(member.line(), "'" + member.name() + "': ", () -> to.accept(value));
    }

    /** Turns an exception of the action into a problem on that line. */
    private void accept(int line, String key, Runnable action) {
        try {
            action.run();
        } catch (IllegalArgumentException e) {
            problem(line, key + e.getMessage());
        }
    }

    /** Whether there was no problem so far. After a problem, further errors may only follow from the ignored member. */
    boolean isSound() {
        return sound;
    }

    void problem(int line, String what) {
        sound = false;
        problems.add(line, where + what);
    }
}
