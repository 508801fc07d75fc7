package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;

import dev.interlock.langchain4j.mcp.MetadataEffects;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Tools, and what is planned for calls of theirs. */
abstract class EffectSourcesFixture {

    static AiServiceTool noting(Object effects) {
        return tool("note", Map.of(MetadataEffects.KEY, effects), request -> "noted");
    }

    /** How an AI service with these tools plans a call: an object with annotated tools, or a list of tools. */
    static PlannedCall planned(ParallelTools.Builder builder, Object tools, String tool, String arguments) {
        Rounds rounds = new Rounds();
        AiServices<Assistant> services = builder.listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", tool, arguments)));
        if (tools instanceof List<?> list) {
            services.tools(list.stream().map(AiServiceTool.class::cast).toList());
        } else {
            services.tools(tools);
        }
        services.build().chat("go");
        return rounds.reports().get(0).plan().calls().get(0);
    }

    /** SLF4J's simple logger writes to what System.err is at the time. */
    static <T> T logged(Supplier<T> body, StringBuilder log) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return body.get();
        } finally {
            System.setErr(before);
            log.append(bytes.toString(StandardCharsets.UTF_8));
        }
    }
}
