package dev.interlock.reactive;

import dev.langchain4j.service.TokenStream;
import dev.langchain4j.spi.services.TokenStreamAdapter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Lets services return a {@code Flux}, as LangChain4j's module for Reactor does. */
public final class FluxAdapter implements TokenStreamAdapter {

    /** For the service loader. */
    public FluxAdapter() {}

    @Override
    public boolean canAdaptTokenStreamTo(Type type) {
        return type instanceof ParameterizedType flux && flux.getRawType() == Flux.class;
    }

    @Override
    public Object adapt(TokenStream stream) {
        Sinks.Many<String> parts = Sinks.many().unicast().onBackpressureBuffer();
        stream.onPartialResponse(parts::tryEmitNext)
                .onCompleteResponse(response -> parts.tryEmitComplete())
                .onError(parts::tryEmitError)
                .start();
        return parts.asFlux();
    }
}
