package dev.interlock.replicas.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.HeldClaim;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes exchanges and reads replies in the JSON of the Redis scripts. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static String write(Exchange exchange) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("session", exchange.session())
                .put("number", exchange.number())
                .put("answered", exchange.answered())
                .put("replica", exchange.replica())
                .put("lease", exchange.lease().toMillis())
                .put("ends", exchange.ends());
        json.set("asked", MAPPER.valueToTree(exchange.asked()));
        json.set("waiting", MAPPER.valueToTree(exchange.waiting()));
        json.set("slotsReturned", MAPPER.valueToTree(exchange.slotsReturned()));
        json.set("abandoned", MAPPER.valueToTree(exchange.abandoned()));
        json.set("released", MAPPER.valueToTree(exchange.released()));
        return json.toString();
    }

    static HeldClaim held(String claim, String ageMillis, String abandonedMillis) {
        try {
            JsonNode json = MAPPER.readTree(claim);
            List<String> holds = new ArrayList<>();
            // Lua turns an empty list into an object, which has no elements either.
            json.path("holds").forEach(key -> holds.add(key.asText()));
            return new HeldClaim(
                    json.path("id").asText(),
                    json.path("replica").asText(),
                    json.path("call").asText(),
                    holds,
                    Duration.ofMillis((long) Double.parseDouble(ageMillis)),
                    abandonedMillis.isEmpty()
                            ? Optional.empty()
                            : Optional.of(Duration.ofMillis((long) Double.parseDouble(abandonedMillis))));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
