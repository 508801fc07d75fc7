package dev.interlock.temporal;

import dev.interlock.call.ToolCall;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A process with a worker of the order desk, whose services are in another process. To be killed. */
final class DeskWorker {

    private DeskWorker() {}

    /** Works until it is killed, or stopped; given the ports of the server and of the desk, and {@code decideLost}. */
    public static void main(String[] args) throws InterruptedException {
        int desk = Integer.parseInt(args[1]);
        WorkflowServiceStubs server = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + args[0])
                .build());
        WorkerFactory factory = WorkerFactory.newInstance(WorkflowClient.newInstance(server), Rig.NOTHING_KEPT);
        Worker worker = factory.newWorker(Rig.QUEUE);
        TemporalRounds.builder(OrderDesk.tools(call -> ask(call, desk)))
                .heartbeatTimeout(Duration.ofSeconds(1))
                .decideLost(Boolean.parseBoolean(args[2]))
                .build()
                .registerWith(worker);
        factory.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            factory.shutdownNow();
            factory.awaitTermination(5, TimeUnit.SECONDS);
        }));
        Thread.currentThread().join();
    }

    private static String ask(ToolCall call, int desk) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), desk);
                PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            out.println(call.tool() + " " + call.arguments());
            String answer = in.readLine();
            if (answer == null) {
                throw new IOException("the desk has closed");
            }
            return answer;
        }
    }
}
