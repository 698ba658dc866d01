package dev.annals.events;
