package org.example.program;

import org.example.text.Table;

public final class Report {
    private Report() {}

    public static void main(String[] arguments) {
        System.out.println(Table.row("arguments", arguments.length));
    }
}
