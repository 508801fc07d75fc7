package dev.interlock.race.langchain4j;

import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Resource;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.race.Agent;
import dev.interlock.race.Call;
import dev.interlock.race.Framework;
import dev.interlock.race.Row;
import dev.interlock.race.Setup;
import dev.interlock.race.Toolbox;
import java.util.List;

/** LangChain4j's AI services with Interlock's tool execution. */
public final class InterlockOnLangChain4j implements Framework {

    @Override
    public List<Row> rows() {
        return List.of(Row.of(
                "Interlock on LangChain4j 1.19.0",
                "ParallelTools with maxConcurrency(UNLIMITED), effects from the recorded keys; cap: maxConcurrency(5); "
                        + "time-out: timeout(300 ms); cancel: interrupt of the caller",
                InterlockOnLangChain4j::open));
    }

    private static Agent open(Setup setup) {
        ParallelTools.Builder builder =
                ParallelTools.builder().maxConcurrency(setup.cap().orElse(ParallelTools.UNLIMITED));
        setup.timeout().ifPresent(builder::timeout);
        Effects effects = effects(setup.tools());
        setup.tools().names().forEach(name -> builder.effects(name, effects));
        ParallelTools parallel = builder.build();
        LangChain4j.Assistant assistant = LangChain4j.service(parallel.aiServices(LangChain4j.Assistant.class), setup);
        return new Agent() {
            @Override
            public String chat(String message) {
                return assistant.chat(message);
            }

            @Override
            public void close() {
                parallel.close();
            }
        };
    }

    private static Effects effects(Toolbox tools) {
        return tools.independent()
                ? Effects.pure()
                : Effects.of(call -> tools
                        .touches(call.arguments().path(Call.STEP).asInt())
                        .stream()
                        .map(touch -> touch.write()
                                ? Access.write(Resource.of(touch.path()))
                                : Access.read(Resource.of(touch.path())))
                        .toList());
    }
}
