package dev.interlock.langchain4j.task;

import java.util.regex.Pattern;

/** The name of a tool as models write it: some put something around it. */
final class CalledName {

    /** What a tool's name may be in. */
    private static final Pattern PREFIX =
            Pattern.compile("\\A(?:functions?|tools?|default_api|api|client|mcp|multi_tool_use)[.:/]+");

    private static final Pattern SUFFIX = Pattern.compile("(?:\\.(?:call|run|invoke|execute)|:\\d+)\\z");

    private CalledName() {}

    /** The name without what is around it. */
    static String of(String written) {
        return SUFFIX.matcher(PREFIX.matcher(written).replaceFirst("")).replaceFirst("");
    }

    /** Whether something in front of the name says that it is a tool's. */
    static boolean hasPrefix(String written) {
        return PREFIX.matcher(written).find();
    }
}
