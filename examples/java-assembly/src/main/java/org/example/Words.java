package org.example;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "words", mixinStandardHelpOptions = true, description = "Counts its arguments.")
public class Words implements Runnable {
    @Parameters
    private List<String> words = List.of();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Words()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.println(words.size() + " words");
    }
}
