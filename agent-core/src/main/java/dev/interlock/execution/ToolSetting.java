package dev.interlock.execution;

import java.util.function.Predicate;

/**
 * A setting that the user has made for a tool.
 *
 * @param tool its name, or a glob
 * @param where the user made it, in words
 * @param isFor tells by a tool's name whether the setting is for it
 */
record ToolSetting(String tool, String where, Predicate<String> isFor) {

    static ToolSetting ofName(String tool, String where) {
        return new ToolSetting(tool, where, tool::equals);
    }
}
