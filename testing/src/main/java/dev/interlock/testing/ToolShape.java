package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A tool for the generator of calls. */
record ToolShape(String name, List<Parameter> parameters) {

    /**
     * A parameter.
     *
     * @param required whether a call must have it
     * @param defaults the values to try if the user names none; not empty
     */
    record Parameter(String name, boolean required, List<JsonNode> defaults) {}

    ToolShape {
        parameters = List.copyOf(parameters);
    }
}
