package dev.interlock.temporal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The order desk of the samples, its services in memory: catalogue, stock, accounts, receipts. */
final class OrderDesk {

    /** What a customer's order comes to as calls: three reads, and writes of which some wait for others. */
    static final List<ToolCall> ORDER = Rig.calls(
            "findProducts {'query':'espresso'}",
            "readStock {'warehouse':'berlin','sku':'ESP-200'}",
            "readBalance {'account':'1042'}",
            "reserveStock {'warehouse':'berlin','sku':'ESP-200','quantity':1}",
            "chargeAccount {'account':'1042','amount':649,'purpose':'Aurora'}",
            "reserveStock {'warehouse':'hamburg','sku':'GRD-50','quantity':1}",
            "chargeAccount {'account':'1042','amount':249,'purpose':'grinder'}",
            "sendReceipt {'account':'1042','email':'ada@example.org'}");

    private final Map<String, Integer> stock =
            new ConcurrentHashMap<>(Map.of("berlin/ESP-200", 1, "hamburg/GRD-50", 3));
    private final Map<String, Integer> balance = new ConcurrentHashMap<>(Map.of("1042", 1500));
    private final List<String> receipts = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, List<String>> charges = new ConcurrentHashMap<>();

    /** The tools, with bodies that ask this desk, wherever it is. */
    static ToolSet tools(ToolBody body) {
        return ToolSet.of(
                ToolDefinition.of("findProducts", Effects.reads("catalogue"), body),
                ToolDefinition.of("readStock", Effects.reads("stock/{warehouse}/{sku}"), body),
                ToolDefinition.of("readBalance", Effects.reads("account/{account}"), body),
                ToolDefinition.of("reserveStock", Effects.writes("stock/{warehouse}/{sku}"), body),
                ToolDefinition.of("chargeAccount", Effects.writes("account/{account}"), body),
                ToolDefinition.of(
                        "sendReceipt",
                        Effects.reads("account/{account}").and(Effects.writes("mailbox/{email}")),
                        body));
    }

    /** Does what a call says. Two charges of one account at the same time would lose one. */
    String serve(ToolCall call) {
        JsonNode arguments = call.arguments();
        String account = arguments.path("account").asText();
        String bin = arguments.path("warehouse").asText() + "/"
                + arguments.path("sku").asText();
        return switch (call.tool()) {
            case "findProducts" -> "ESP-200 Aurora 649; GRD-50 Burr grinder 249";
            case "readStock" -> bin + " " + stock.get(bin);
            case "readBalance" -> account + " holds " + balance.get(account);
            case "reserveStock" -> {
                int left =
                        stock.getOrDefault(bin, 0) - arguments.path("quantity").asInt();
                stock.put(bin, left);
                yield bin + " now " + left;
            }
            case "chargeAccount" -> {
                int left = balance.getOrDefault(account, 0)
                        - arguments.path("amount").asInt();
                charges.computeIfAbsent(account, none -> Collections.synchronizedList(new ArrayList<>()))
                        .add(arguments.path("purpose").asText());
                balance.put(account, left);
                yield account + " now " + left;
            }
            case "sendReceipt" -> {
                receipts.add(
                        charges.get(account) + " to " + arguments.path("email").asText());
                yield receipts.getLast();
            }
            default -> throw new IllegalArgumentException("there is no tool " + call.tool());
        };
    }

    Map<String, String> state() {
        Map<String, String> state = new TreeMap<>();
        state.put("stock", new TreeMap<>(stock).toString());
        state.put("balance", balance.toString());
        state.put("charges", charges.toString());
        state.put("receipts", receipts.toString());
        return state;
    }
}
