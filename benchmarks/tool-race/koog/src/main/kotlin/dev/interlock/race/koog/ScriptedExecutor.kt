package dev.interlock.race.koog

import ai.koog.agents.core.tools.ToolDescriptor
import ai.koog.prompt.Prompt
import ai.koog.prompt.dsl.ModerationResult
import ai.koog.prompt.executor.model.PromptExecutor
import ai.koog.prompt.llm.LLModel
import ai.koog.prompt.message.Message
import ai.koog.prompt.message.MessagePart
import ai.koog.prompt.message.ResponseMetaInfo
import ai.koog.prompt.streaming.StreamFrame
import dev.interlock.race.Call
import dev.interlock.race.Script
import dev.interlock.race.Shown
import kotlinx.coroutines.flow.Flow

/** The script as Koog's prompt executor. */
internal class ScriptedExecutor(private val script: Script) : PromptExecutor() {

    override suspend fun execute(prompt: Prompt, model: LLModel, tools: List<ToolDescriptor>): Message.Assistant {
        val shown = prompt.messages
            .flatMap { it.parts }
            .filterIsInstance<MessagePart.Tool.Result>()
            .map { result ->
                Shown(
                    result.id ?: "",
                    result.parts.filterIsInstance<MessagePart.Text>().joinToString("") { it.text },
                )
            }
        return if (shown.isEmpty()) {
            script.batch(::response)
        } else {
            Message.Assistant(listOf(MessagePart.Text(script.answer(shown))), ResponseMetaInfo.Empty)
        }
    }

    private fun response(calls: List<Call>): Message.Assistant = Message.Assistant(
        calls.map { MessagePart.Tool.Call(it.id(), it.tool(), it.arguments()) },
        ResponseMetaInfo.Empty,
    )

    override fun executeStreaming(prompt: Prompt, model: LLModel, tools: List<ToolDescriptor>): Flow<StreamFrame> =
        throw UnsupportedOperationException("not streamed")

    override suspend fun moderate(prompt: Prompt, model: LLModel): ModerationResult =
        throw UnsupportedOperationException("not moderated")

    override fun close() {
        // Holds nothing.
    }
}
