package dev.interlock.race;

import com.eclipsesource.json.Json;

/**
 * A call of the scripted model. Its only argument is its number: a tool gets the arguments and not the id, and the
 * recorded world needs nothing else.
 *
 * @param id the model's id for it; not always unique
 * @param tool the tool's name
 * @param step its place in the batch, from 0
 */
public record Call(String id, String tool, int step) {

    /** The name of the only argument. */
    public static final String STEP = "step";

    /** The schema of the arguments of every tool. */
    public static final String SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"step\":{\"type\":\"integer\"}},\"required\":[\"step\"]}";

    /** The arguments as a JSON object. */
    public String arguments() {
        return "{\"step\":" + step + "}";
    }

    /** The step in such arguments. */
    public static int step(String arguments) {
        return Json.parse(arguments).asObject().getInt(STEP, -1);
    }
}
