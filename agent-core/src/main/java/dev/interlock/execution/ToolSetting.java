package dev.interlock.execution;

import java.util.function.Predicate;

/**
 * Something that the user has set for a tool.
 *
 * @param tool its name, or a glob
 * @param where it was set, in words
 * @param isFor tells by their names which tools it is for
 */
record ToolSetting(String tool, String where, Predicate<String> isFor) {

    static ToolSetting ofName(String tool, String where) {
        return new ToolSetting(tool, where, tool::equals);
    }
}
