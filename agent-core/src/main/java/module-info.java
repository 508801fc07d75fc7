/** The engine: runs the tool calls of one model response in parallel, as far as their effects allow. */
module dev.interlock.core {
    requires static transitive org.jspecify;
    requires transitive com.fasterxml.jackson.databind;
    requires org.slf4j;

    exports dev.interlock.call;
    exports dev.interlock.effect;
    exports dev.interlock.plan;
    exports dev.interlock.event;
    exports dev.interlock.execution;
}
