package dev.interlock.replicas.redis;

import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.HeldClaim;
import dev.interlock.replicas.LimitServer;
import dev.interlock.replicas.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RFuture;
import org.redisson.api.RScript;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

/**
 * Keeps limits in Redis 6.2 or newer. A script does each exchange atomically. All keys of a name have the same hash
 * tag, and so lie on one node of a cluster. A message notifies a waiting replica; if the message is lost, the replica
 * asks again.
 *
 * <p>Redis must not lose data: a fail-over to a replica of Redis that lags behind may lose claims that were just
 * granted, as for any lock in Redis. Redisson's {@code timeout} and {@code retryAttempts} set how long an exchange may
 * take before the server counts as lost; some seconds by default.
 *
 * <p>Thread-safe.
 */
public final class RedisLimitServer implements LimitServer {

    private static final List<String> KEYS = List.of(
            "sessions", "claims", "waiting", "granted", "slots", "keys", "used", "abandoned", "arrivals", "numbers");
    private static final String EXCHANGE = script("exchange.lua");
    private static final String HELD = script("held.lua");

    private final RedissonClient redisson;
    private final String name;
    private final List<Object> keys;
    private final String channels;

    private volatile @Nullable Subscription subscription;
    private volatile @Nullable String exchangeDigest;

    private record Subscription(RTopic topic, Runnable wake, RFuture<Integer> id) {}

    private RedisLimitServer(RedissonClient redisson, String name) {
        this.redisson = redisson;
        this.name = name;
        String prefix = "interlock:{" + name + "}:";
        this.keys = KEYS.stream().map(key -> (Object) (prefix + key)).toList();
        this.channels = prefix + "granted:";
    }

    /**
     * Creates a server.
     *
     * @param redisson the client; it stays open
     * @param name the name of the limits; replicas that use the same name share them
     * @return the server; this does not access Redis
     */
    public static RedisLimitServer of(RedissonClient redisson, String name) {
        return new RedisLimitServer(Objects.requireNonNull(redisson, "redisson"), Objects.requireNonNull(name, "name"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "Redis";
    }

    @Override
    public Reply exchange(Exchange exchange) {
        subscribeAgain();
        List<String> answer = run(Json.write(exchange));
        Set<String> granted = new HashSet<>();
        Map<String, String> heldUp = new HashMap<>();
        for (String line : answer.subList(1, answer.size())) {
            String id = line.substring(1);
            if (line.charAt(0) == 'g') {
                granted.add(id);
            } else {
                int end = id.indexOf('\n');
                heldUp.put(id.substring(0, end), id.substring(end + 1));
            }
        }
        return new Reply(answer.get(0).equals("1"), granted, heldUp);
    }

    private List<String> run(String exchange) {
        RScript script = redisson.getScript(StringCodec.INSTANCE);
        String digest = exchangeDigest;
        if (digest != null) {
            try {
                return script.evalSha(
                        RScript.Mode.READ_WRITE, digest, RScript.ReturnType.MULTI, keys, exchange, channels);
            } catch (RedisException e) {
                if (!String.valueOf(e.getMessage()).contains("NOSCRIPT")) {
                    throw e;
                }
                // Redis was restarted.
            }
        }
        digest = script.scriptLoad(EXCHANGE);
        exchangeDigest = digest;
        return script.evalSha(RScript.Mode.READ_WRITE, digest, RScript.ReturnType.MULTI, keys, exchange, channels);
    }

    @Override
    public List<HeldClaim> held() {
        List<String> answer = redisson.getScript(StringCodec.INSTANCE)
                .eval(RScript.Mode.READ_ONLY, HELD, RScript.ReturnType.MULTI, keys);
        List<HeldClaim> claims = new ArrayList<>();
        for (int i = 0; i < answer.size(); i += 3) {
            claims.add(Json.held(answer.get(i), answer.get(i + 1), answer.get(i + 2)));
        }
        return claims;
    }

    @Override
    public Duration askAgainAfter() {
        return Duration.ofMillis(250);
    }

    @Override
    public void whenGranted(String session, Runnable wake) {
        unsubscribe();
        subscribe(redisson.getTopic(channels + session, StringCodec.INSTANCE), wake);
    }

    private void subscribe(RTopic topic, Runnable wake) {
        subscription =
                new Subscription(topic, wake, topic.addListenerAsync(String.class, (channel, message) -> wake.run()));
    }

    /** Subscribes again, since Redis may have been unavailable at first. */
    private void subscribeAgain() {
        Subscription known = subscription;
        if (known != null && known.id().toCompletableFuture().isCompletedExceptionally()) {
            subscribe(known.topic(), known.wake());
        }
    }

    @Override
    public void close() {
        unsubscribe();
    }

    private void unsubscribe() {
        Subscription known = subscription;
        subscription = null;
        if (known != null) {
            var unused = known.id().thenCompose(id -> known.topic().removeListenerAsync(id));
        }
    }

    private static String script(String file) {
        try (InputStream in = Objects.requireNonNull(RedisLimitServer.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
