package dev.interlock.testing;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The names that a check's tools have. A name that the user gives and no tool has would have no effect, and a check
 * without effect passes. So a check refuses such a name.
 */
final class KnownNames {

    private final Set<String> tools = new TreeSet<>();
    private final Set<String> parameters = new TreeSet<>();

    /** Each parameter with the name of its tool. */
    private final Set<String> ofTools = new TreeSet<>();

    private final Set<String> withoutParameters = new TreeSet<>();

    KnownNames(Collection<ToolShape> shapes) {
        for (ToolShape shape : shapes) {
            tools.add(shape.name());
            if (shape.parameters().isEmpty()) {
                withoutParameters.add(shape.name());
            }
            for (ToolShape.Parameter parameter : shape.parameters()) {
                parameters.add(parameter.name());
                ofTools.add(shape.name() + "." + parameter.name());
            }
        }
    }

    /**
     * Requires that each name stands for something.
     *
     * @param focus names of tools
     * @param samples names of tools
     * @param values names of parameters, or {@code tool.parameter}
     * @throws IllegalArgumentException if a name does not; the message has the known ones
     */
    void require(Collection<String> focus, Collection<String> samples, Collection<String> values) {
        requireTool("focus", focus);
        requireTool("sample", samples);
        for (String name : new TreeSet<>(values)) {
            if (!parameters.contains(name) && !ofTools.contains(name)) {
                throw new IllegalArgumentException(
                        "values names '" + name + "', but no tool has such a parameter; known are " + ofTools
                                + (withoutParameters.isEmpty()
                                        ? ""
                                        : "; no parameters are known of " + quoted(withoutParameters)
                                                + ": give sample their whole arguments"));
            }
        }
    }

    private void requireTool(String setting, Collection<String> names) {
        for (String name : new TreeSet<>(names)) {
            if (!tools.contains(name)) {
                throw new IllegalArgumentException(
                        setting + " names '" + name + "', but no tool has that name; known are " + quoted(tools));
            }
        }
    }

    private static String quoted(Set<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }
}
