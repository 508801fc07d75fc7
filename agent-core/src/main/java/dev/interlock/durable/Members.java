package dev.interlock.durable;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** Reads required members of JSON objects, and checks their types. */
final class Members {

    private static final int MOST_SHOWN = 100;

    private Members() {}

    static String text(JsonNode of, String name) {
        JsonNode member = of.path(name);
        if (!member.isTextual()) {
            throw wrong(of, name, "text");
        }
        return member.textValue();
    }

    static boolean flag(JsonNode of, String name) {
        JsonNode member = of.path(name);
        if (!member.isBoolean()) {
            throw wrong(of, name, "true or false");
        }
        return member.booleanValue();
    }

    static int number(JsonNode of, String name) {
        JsonNode member = of.path(name);
        if (!member.isInt()) {
            throw wrong(of, name, "a whole number");
        }
        return member.intValue();
    }

    static Instant instant(JsonNode of, String name) {
        return parsed(of, name, "an instant", Instant::parse);
    }

    static Duration duration(JsonNode of, String name) {
        return parsed(of, name, "a duration", Duration::parse);
    }

    static <E extends Enum<E>> E oneOf(JsonNode of, String name, Class<E> type) {
        String text = text(of, name);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw wrong(of, name, "a " + type.getSimpleName());
    }

    private static <T> T parsed(JsonNode of, String name, String kind, Function<String, T> parse) {
        try {
            return parse.apply(text(of, name));
        } catch (DateTimeException e) {
            throw wrong(of, name, kind);
        }
    }

    private static String inShort(JsonNode member) {
        if (member.isContainerNode()) {
            return member.isArray() ? "a list" : "an object";
        }
        return cut(member.toString());
    }

    /** For messages: what was written may be of any length. */
    static String cut(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }

    private static IllegalArgumentException wrong(JsonNode of, String name, String kind) {
        JsonNode member = of.path(name);
        return new IllegalArgumentException("'" + name + "' must be " + kind + ", "
                + (member.isMissingNode() ? "there is none" : "was " + inShort(member)));
    }
}
