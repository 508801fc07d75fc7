/** The engine: runs the tool calls of one model response in parallel, as far as their effects allow. */
@SuppressWarnings({
    "requires-automatic", // the optional ones have no module-info
    "requires-transitive-automatic",
    "module" // those that get dev.interlock.support come after this one in the build, or are not there at all
})
module dev.interlock.core {
    requires static transitive org.jspecify;
    requires transitive com.fasterxml.jackson.databind;
    requires org.slf4j;

    // In every usual runtime: only dev.interlock.jfr needs it, and looks whether it is there.
    requires static jdk.jfr;

    // Optional: only dev.interlock.resilience4j and dev.interlock.micrometer need them.
    requires static transitive io.github.resilience4j.bulkhead;
    requires static transitive io.github.resilience4j.circuitbreaker;
    requires static transitive io.github.resilience4j.core;
    requires static transitive io.github.resilience4j.ratelimiter;
    requires static transitive context.propagation;
    requires static transitive micrometer.core;

    exports dev.interlock.call;
    exports dev.interlock.durable;
    exports dev.interlock.durable.journal;
    exports dev.interlock.effect;
    exports dev.interlock.effect.file;
    exports dev.interlock.footprint;
    exports dev.interlock.plan;
    exports dev.interlock.event;
    exports dev.interlock.execution;
    exports dev.interlock.learn;
    exports dev.interlock.replicas;
    exports dev.interlock.report;
    exports dev.interlock.resilience4j;
    exports dev.interlock.micrometer;

    // Not for applications.
    exports dev.interlock.support to
            dev.interlock.jdbc,
            dev.interlock.langchain4j,
            dev.interlock.spring,
            dev.interlock.springai;
    exports dev.interlock.board to
            dev.interlock.temporal;

    provides io.micrometer.context.ThreadLocalAccessor with
            dev.interlock.micrometer.FootprintAccessor;
}
