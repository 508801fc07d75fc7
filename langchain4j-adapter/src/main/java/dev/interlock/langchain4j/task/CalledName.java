package dev.interlock.langchain4j.task;

import java.util.regex.Pattern;

/** Extracts a tool's name from what models write around it. */
final class CalledName {

    /** Prefixes that a tool's name may have. */
    private static final Pattern PREFIX =
            Pattern.compile("\\A(?:functions?|tools?|default_api|api|client|mcp|multi_tool_use)[.:/]+");

    private static final Pattern SUFFIX = Pattern.compile("(?:\\.(?:call|run|invoke|execute)|:\\d+)\\z");

    private CalledName() {}

    /** Returns the bare name. */
    static String of(String written) {
        return SUFFIX.matcher(PREFIX.matcher(written).replaceFirst("")).replaceFirst("");
    }

    /** Whether a prefix marks the name as a tool's. */
    static boolean hasPrefix(String written) {
        return PREFIX.matcher(written).find();
    }
}
