package dev.interlock.race.koog

import ai.koog.agents.core.tools.Tool
import ai.koog.agents.core.tools.ToolDescriptor
import ai.koog.agents.core.tools.ToolParameterDescriptor
import ai.koog.agents.core.tools.ToolParameterType
import ai.koog.serialization.JSONObject
import ai.koog.serialization.JSONPrimitive
import ai.koog.serialization.JSONSerializer
import ai.koog.serialization.typeToken
import dev.interlock.race.Call
import dev.interlock.race.Toolbox
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible

/** A tool as Koog's. */
internal class RecordedTool(name: String, private val tools: Toolbox) : Tool<Int, String>(
    argsType = typeToken<Int>(),
    resultType = typeToken<String>(),
    descriptor = ToolDescriptor(
        name = name,
        description = "A recorded tool",
        requiredParameters = listOf(ToolParameterDescriptor(Call.STEP, "the step", ToolParameterType.Integer)),
    ),
) {

    override suspend fun execute(args: Int): String = runInterruptible(Dispatchers.IO) { tools.run(args) }

    override fun decodeArgs(rawArgs: JSONObject, serializer: JSONSerializer): Int =
        (rawArgs.entries.getValue(Call.STEP) as JSONPrimitive).content.toInt()

    override fun encodeResultToString(result: String, serializer: JSONSerializer): String = result
}
