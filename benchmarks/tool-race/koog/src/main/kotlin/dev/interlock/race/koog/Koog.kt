package dev.interlock.race.koog

import ai.koog.agents.core.agent.AIAgent
import ai.koog.agents.core.agent.entity.AIAgentGraphStrategy
import ai.koog.agents.core.agent.singleRunStrategy
import ai.koog.agents.core.dsl.builder.strategy
import ai.koog.agents.core.dsl.extension.nodeExecuteTools
import ai.koog.agents.core.dsl.extension.nodeLLMRequest
import ai.koog.agents.core.dsl.extension.nodeLLMSendToolResults
import ai.koog.agents.core.dsl.extension.onTextMessage
import ai.koog.agents.core.dsl.extension.onToolCalls
import ai.koog.agents.core.tools.ToolRegistry
import ai.koog.prompt.llm.LLMProvider
import ai.koog.prompt.llm.LLModel
import dev.interlock.race.Agent
import dev.interlock.race.Framework
import dev.interlock.race.Row
import dev.interlock.race.Row.Feature
import dev.interlock.race.Setup

/** Koog's `AIAgent`, with sequential and with parallel tools. */
class Koog : Framework {

    override fun rows(): List<Row> = listOf(
        row("sequential", "singleRunStrategy()", singleRunStrategy()).lacks(Feature.CAP, "sequential"),
        row(
            "parallel",
            "the graph of singleRunStrategy with nodeExecuteTools(parallel = true), since singleRunStrategy(parallelTools = " +
                "true) of this version does not pass it on",
            parallelStrategy(),
        ).lacks(Feature.CAP, "no setting for the number of calls at once"),
    )

    private fun row(mode: String, settings: String, strategy: AIAgentGraphStrategy<String, String>): Row =
        Row.of(
            "Koog 1.1.1, $mode",
            "$settings; tools block within runInterruptible(Dispatchers.IO), as blocking code does in coroutines; cancel: " +
                "interrupt of the caller within run(), which cancels the coroutine",
        ) { setup -> open(setup, strategy) }
            .lacks(Feature.TIMEOUT, "no limit of time for tools")

    private fun open(setup: Setup, strategy: AIAgentGraphStrategy<String, String>): Agent {
        val agent = AIAgent(
            promptExecutor = ScriptedExecutor(setup.script()),
            llmModel = LLModel(LLMProvider.OpenAI, "scripted"),
            strategy = strategy,
            toolRegistry = ToolRegistry.builder()
                .tools(setup.tools().names().map { RecordedTool(it, setup.tools()) })
                .build(),
        )
        return Agent { message -> agent.runBlocking(message, null) }
    }

    private fun parallelStrategy(): AIAgentGraphStrategy<String, String> = strategy<String, String>("parallel_run") {
        val callModel by nodeLLMRequest()
        val executeTools by nodeExecuteTools(parallel = true)
        val sendResults by nodeLLMSendToolResults()

        edge(nodeStart forwardTo callModel)
        edge(callModel forwardTo executeTools onToolCalls { true })
        edge(callModel forwardTo nodeFinish onTextMessage { true })
        edge(executeTools forwardTo sendResults)
        edge(sendResults forwardTo nodeFinish onTextMessage { true })
        edge(sendResults forwardTo executeTools onToolCalls { true })
    }
}
