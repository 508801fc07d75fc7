package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that runs a round of the order desk is killed, and another one goes on. */
@Timeout(120)
class WorkerKillTest {

    private final OrderDesk desk = new OrderDesk();
    private final Map<String, AtomicInteger> served = new ConcurrentHashMap<>();
    private final List<Process> workers = new ArrayList<>();

    /** The first call that begins with this is not served; empty once there was one. */
    private final AtomicReference<String> stuck = new AtomicReference<>("");

    private final CountDownLatch reached = new CountDownLatch(1);
    private int serverPort;
    private TestServer.PortBoundTestServer server;
    private WorkflowServiceStubs stubs;
    private ServerSocket deskSocket;

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            serverPort = free.getLocalPort();
        }
        server = TestServer.createPortBoundServer(serverPort);
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + serverPort)
                .build());
        deskSocket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void stop() throws IOException {
        workers.forEach(Process::destroyForcibly);
        stubs.shutdownNow();
        server.close();
        deskSocket.close();
    }

    private void serve() {
        while (!deskSocket.isClosed()) {
            try {
                Socket socket = deskSocket.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8)) {
            String line = in.readLine();
            if (line == null) {
                return;
            }
            served.computeIfAbsent(line, none -> new AtomicInteger()).incrementAndGet();
            String wanted = stuck.get();
            if (!wanted.isEmpty() && line.startsWith(wanted) && stuck.compareAndSet(wanted, "")) {
                reached.countDown();
                // Until the worker is killed.
                in.readLine();
                return;
            }
            out.println(desk.serve(
                    ToolCall.parse(null, line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1))));
        } catch (IOException e) {
            // The worker was killed.
        }
    }

    private Process newWorker(boolean decideLost) throws IOException {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeskWorker.class.getName(),
                        String.valueOf(serverPort),
                        String.valueOf(deskSocket.getLocalPort()),
                        String.valueOf(decideLost))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        workers.add(worker);
        return worker;
    }

    /** Ends the first worker while it runs a call, and starts another one. */
    private RoundClient run(String call, boolean decideLost, Consumer<Process> end) throws Exception {
        stuck.set(call);
        RoundClient client = new RoundClient(WorkflowClient.newInstance(stubs), Rig.QUEUE);
        Process first = newWorker(decideLost);
        client.start("order", OrderDesk.ORDER);
        assertThat(reached.await(60, SECONDS)).isTrue();
        end.accept(first);
        first.waitFor();
        newWorker(decideLost);
        return client;
    }

    @Test
    void a_read_is_run_again_and_nothing_that_had_ended() throws Exception {
        OrderDesk serial = new OrderDesk();
        List<String> expected = OrderDesk.ORDER.stream().map(serial::serve).toList();

        List<CallResult> results =
                run("readStock ", false, Process::destroyForcibly).await("order");

        assertThat(results.stream().map(ReplayTest::inWords)).isEqualTo(expected);
        assertThat(desk.state()).isEqualTo(serial.state());
        served.forEach(
                (call, times) -> assertThat(times.get()).as(call).isEqualTo(call.startsWith("readStock") ? 2 : 1));
    }

    @Test
    void a_write_is_not_run_again_and_says_that_it_may_have_taken_effect() throws Exception {
        List<CallResult> results =
                run("chargeAccount ", false, Process::destroyForcibly).await("order");

        assertThat(results.get(4).outcome().message())
                .contains("gave no sign of life for 1000 ms", "may have taken effect");
        assertThat(results.get(7).isSuccess()).isTrue();
        assertThat(served.values()).allSatisfy(times -> assertThat(times).hasValue(1));
    }

    @Test
    void a_write_can_wait_for_a_decision_and_what_conflicts_with_it_too() throws Exception {
        RoundClient client = run("chargeAccount ", true, Process::destroyForcibly);
        await().atMost(Duration.ofSeconds(60)).until(this::lossIsKnown);

        assertThat(client.progress("order").get(4).pending()).isEqualTo(PendingKind.MAY_HAVE_HAPPENED);
        assertThat(client.progress("order").get(6).why()).isEqualTo("waits for a decision about call 5");
        client.decide("order", 4, Decision.runAgain());
        List<CallResult> results = client.await("order");
        assertThat(results.get(4).outcome()).isEqualTo(new Outcome.Succeeded("1042 now 851"));
        assertThat(results.get(6).outcome()).isEqualTo(new Outcome.Succeeded("1042 now 602"));
    }

    /** Whether a worker has gone on with the workflow after an activity was lost. */
    private boolean lossIsKnown() {
        List<EventType> events = WorkflowClient.newInstance(stubs).fetchHistory("order").getEvents().stream()
                .map(HistoryEvent::getEventType)
                .toList();
        int loss = events.indexOf(EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT);
        return loss >= 0 && events.lastIndexOf(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED) > loss;
    }

    @Test
    void a_worker_that_is_stopped_hands_its_read_over() throws Exception {
        List<CallResult> results = run("readStock ", false, Process::destroy).await("order");

        assertThat(results).allMatch(CallResult::isSuccess);
        served.forEach(
                (call, times) -> assertThat(times.get()).as(call).isEqualTo(call.startsWith("readStock") ? 2 : 1));
    }
}
