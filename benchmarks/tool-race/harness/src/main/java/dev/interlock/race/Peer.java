package dev.interlock.race;

import java.util.List;

/**
 * A participant: a module with its class path.
 *
 * @param module the module's folder
 * @param framework its class
 * @param rows the number of its rows
 */
record Peer(String module, String framework, int rows) {

    static final List<Peer> ALL = List.of(
            new Peer("harness", "dev.interlock.race.DirectLoops", 2),
            new Peer("langchain4j", "dev.interlock.race.langchain4j.LangChain4j", 2),
            new Peer("interlock-langchain4j", "dev.interlock.race.langchain4j.InterlockOnLangChain4j", 1),
            new Peer("spring-ai", "dev.interlock.race.springai.SpringAi", 1),
            new Peer("interlock-spring-ai", "dev.interlock.race.springai.InterlockOnSpringAi", 1),
            new Peer("google-adk", "dev.interlock.race.adk.GoogleAdk", 3),
            new Peer("spring-ai-alibaba", "dev.interlock.race.alibaba.SpringAiAlibaba", 2),
            new Peer("agentscope", "dev.interlock.race.agentscope.AgentScope", 3),
            new Peer("koog", "dev.interlock.race.koog.Koog", 2));
}
