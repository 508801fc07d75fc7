package dev.interlock.effect;

import dev.interlock.effect.EffectInference.Answer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the inference says about a tool whose parameters stand in one text: {@code path:string force:boolean}. */
final class InferredTool {

    private InferredTool() {}

    static Answer answer(String tool, String description, @Nullable String parameters) {
        Map<String, ParameterType> types = new LinkedHashMap<>();
        if (parameters != null) {
            for (String each : parameters.split(" ", -1)) {
                String[] parts = each.split(":", -1);
                types.put(parts[0], ParameterType.valueOf(parts[1].toUpperCase(Locale.ROOT)));
            }
        }
        return EffectInference.infer(tool, description, types);
    }

    static boolean onlyReads(String description) {
        return answer("get_items", description, "folder:string") != Answer.UNKNOWN;
    }
}
